import type { NmapRun } from "../../domain/nmap-run.ts";
import { listsOpenOnly } from "./args.ts";
import { type Place, recordedTargets } from "./recorded-targets.ts";

/** The hosts that a recorded command line means; null when it cannot be read or does not fit the hosts of its file. */
export function namedTargets(run: NmapRun): ((place: Place) => boolean) | null {
  const targets = recordedTargets(run.argv);
  return targets.kind === "known" && run.hosts.every(targets.covers) ? targets.covers : null;
}

/**
 * Names among the targets of a recorded scan that stood for nothing: nmap warns, goes on, and ends with success. It
 * counted fewer hosts than it was to ask, and nobody in the file has that name.
 */
export function unresolvedNames(run: NmapRun): readonly string[] {
  const targets = recordedTargets(run.argv);
  if (targets.kind !== "known" || targets.hosts === null || run.planned >= targets.hosts) return [];
  const found = new Set(run.hosts.flatMap((host) => host.names.map((name) => name.toLowerCase())));
  return [...new Set(targets.names)].filter((name) => !found.has(name));
}

/** The networks that a recorded command line names; null when that is not known. */
export function namedNetworks(run: NmapRun): readonly string[] | null {
  const targets = recordedTargets(run.argv);
  return targets.kind === "known" && run.hosts.every(targets.covers) ? targets.networks : null;
}

/** Whether one of these networks, in nmap's words, holds an address. */
export function inNetworks(networks: readonly string[]): (address: string) => boolean {
  const targets = recordedTargets(["nmap", ...networks]);
  return (address) => targets.kind === "known" && targets.covers({ address, names: [] });
}

/**
 * Whether a recorded scan asked a host that it does not mention. Its own command line decides; otherwise
 * the counts decide; a file that says nothing usable about its targets covers the whole segment.
 * `knownUp`: hosts that are believed to be up, for a scan whose targets are in a file that is not here.
 */
export function askedSilently(run: NmapRun, knownUp: number): (place: Place) => boolean {
  if (listsOpenOnly(run.argv.join(" "))) return nobody;
  const named = namedTargets(run);
  const unresolved = new Set(unresolvedNames(run));
  if (named !== null)
    return ({ address, names }) => named({ address, names: names.filter((name) => !unresolved.has(name)) });
  const unreadable = recordedTargets(run.argv).kind === "unreadable";
  const listsAll = new Set(run.hosts.map((host) => host.address)).size >= run.planned;
  const listsDown = run.hosts.some((host) => host.state === "down");
  if (listsAll && (listsDown || unreadable)) return nobody;
  return unreadable && run.planned < knownUp ? nobody : everybody;
}

function nobody(): boolean {
  return false;
}

function everybody(): boolean {
  return true;
}
