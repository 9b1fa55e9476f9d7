import type { CycleView, HostView } from "../domain/cycle.ts";
import { type PortKey, portKey } from "../domain/network.ts";
import type { NmapRun } from "../domain/nmap-run.ts";
import type { ProbeRequest } from "../domain/ports/prober.ts";
import { type MissingEndpoint, missingEndpoints } from "../declared/compare/missing-endpoints.ts";
import type { Memory } from "./recall.ts";
import type { CycleRooms, CycleTick } from "./tick.ts";

export interface VerifyWork {
  readonly tick: CycleTick;
  readonly memory: Memory;
  readonly rooms: CycleRooms;
  readonly signal: AbortSignal;
}

/** What was found is asked what it is; more open ports than this on one host are not a service that moved. */
const NEWS_PER_HOST = 64;

/**
 * A declared endpoint that is down may answer on a port that no plan asks: its host is looked at on all TCP ports, as
 * long as the closing is young. Only what is open there and was not known counts: one such run is no proof of absence.
 */
export async function searchMissing(
  view: CycleView,
  probed: readonly NmapRun[],
  work: VerifyWork,
): Promise<readonly NmapRun[]> {
  const addresses = hostsToSearch(view, probed, work);
  if (addresses.length === 0) return [];
  const answer = await work.rooms.prober.search(addresses, work.signal);
  if (answer.kind === "unavailable") return [];
  const seen = new Map(view.hosts.map((host) => [host.observation.address, host]));
  const found = answer.runs.map((run) => newsOf(run, seen));
  return [...found, ...(await askProber(found.flatMap(questionsOf), work))];
}

export async function askProber(requests: readonly ProbeRequest[], work: VerifyWork): Promise<readonly NmapRun[]> {
  if (requests.length === 0 || work.signal.aborted) return [];
  const answer = await work.rooms.prober.probe(requests, work.signal);
  return answer.kind === "unavailable" ? [] : answer.runs;
}

function hostsToSearch(view: CycleView, probed: readonly NmapRun[], work: VerifyWork): readonly string[] {
  const missing = missingEndpoints(view, work.memory.declared);
  return [...new Set(missing.filter((one) => !isOpenIn(probed, one)).map(({ address }) => address))];
}

function isOpenIn(runs: readonly NmapRun[], { address, port }: MissingEndpoint): boolean {
  const hosts = runs.flatMap((run) => run.hosts.filter((host) => host.address === address));
  return hosts.some((host) => host.ports.some((one) => portKey(one) === portKey(port) && one.state === "open"));
}

function newsOf(run: NmapRun, seen: ReadonlyMap<string, HostView>): NmapRun {
  const hosts = run.hosts.map((host) => {
    const listed = openKeys(seen.get(host.address));
    const ports = host.ports.filter((port) => port.state === "open" && !listed.has(portKey(port)));
    return { ...host, ports, otherStates: [], coverage: [] };
  });
  return { ...run, hosts };
}

function openKeys(host: HostView | undefined): ReadonlySet<PortKey> {
  return new Set(host?.observation.ports.filter((port) => port.state === "open").map(portKey));
}

function questionsOf({ hosts }: NmapRun): readonly ProbeRequest[] {
  return hosts.flatMap(({ address, ports }) =>
    ports.slice(0, NEWS_PER_HOST).map(({ transport, number }): ProbeRequest => {
      return { address, port: { transport, number }, ask: "service" };
    }),
  );
}
