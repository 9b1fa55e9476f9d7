import type { CycleView, HostView } from "../domain/cycle.ts";
import { type PortKey, type PortRef, portKey } from "../domain/network.ts";
import type { NmapRun } from "../domain/nmap-run.ts";
import type { ProbeRequest } from "../domain/ports/prober.ts";
import { MISSES_AFTER_SILENCE } from "../domain/settle.ts";
import { compareWithDeclared, settledAt } from "./declared.ts";
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

interface Missing {
  readonly address: string;
  readonly misses: number;
}

/** Longest missed first: those have the fewest cycles left in which they are searched for. */
function hostsToSearch(view: CycleView, probed: readonly NmapRun[], work: VerifyWork): readonly string[] {
  if (view.vantage.state === "degraded" || work.memory.declared === null) return [];
  const up = new Map(view.hosts.map((host) => [host.observation.address, host]));
  const findings = compareWithDeclared(view, work.memory, work.tick).report?.findings ?? [];
  const missing = findings.flatMap(({ absence, host: address, port }): Missing[] => {
    const host = up.get(address);
    if (!absence || port === null || host?.observation.state !== "up" || isOpenIn(probed, address, port)) return [];
    const misses = settledAt(host, port)?.misses ?? 0;
    return misses > MISSES_AFTER_SILENCE ? [] : [{ address, misses }];
  });
  return [...new Set(missing.toSorted((a, b) => b.misses - a.misses).map((one) => one.address))];
}

function isOpenIn(runs: readonly NmapRun[], address: string, port: PortRef): boolean {
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
