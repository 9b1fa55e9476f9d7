import type { NmapRun } from "../../domain/nmap-run.ts";
import { type Place, recordedTargets } from "./recorded-targets.ts";

/**
 * Whether a recorded scan asked a host that it does not mention. Its own command line decides; what that cannot tell is
 * told by the counts; a file that says nothing usable about its targets speaks for the whole segment.
 * `knownUp`: hosts that are believed to be up, for a scan whose targets stand in a file that is not here.
 */
export function askedSilently(run: NmapRun, knownUp: number): (place: Place) => boolean {
  const targets = recordedTargets(run.argv);
  const places = run.hosts.map(({ address, names }) => ({ address, names }));
  if (targets.kind === "known" && places.every(targets.covers)) return targets.covers;
  const listsAll = new Set(places.map((place) => place.address)).size >= run.planned;
  const listsDown = run.hosts.some((host) => host.state === "down");
  if (listsAll && (listsDown || targets.kind === "unreadable")) return nobody;
  return targets.kind === "unreadable" && run.planned < knownUp ? nobody : everybody;
}

function nobody(): boolean {
  return false;
}

function everybody(): boolean {
  return true;
}
