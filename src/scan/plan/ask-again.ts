import type { CycleView, HostView } from "../../domain/cycle.ts";
import { type PortKey, type PortRef, portKey } from "../../domain/network.ts";
import type { NmapRun } from "../../domain/nmap-run.ts";
import type { PortRequest, ProbeRequest } from "../../domain/ports/prober.ts";
import { sentinelsOf } from "../quality/sentinels.ts";
import { systemsToAsk } from "./system-doubts.ts";

/** One answer is enough. */
const PORTS_PER_SENTINEL = 4;
/** What was found is asked what it is; more open ports than this on one host are not a service that moved. */
const NEWS_PER_HOST = 64;

/** Hosts that are asked once more although none of their ports is news: what looks like another system, and who should answer. */
export function hostsInDoubt(view: CycleView): readonly ProbeRequest[] {
  return [...systemsToAsk(view), ...silentSentinels(view)];
}

/** One answer of a host that is always up is proof that the sensor still sees: it is asked once more at the end. */
function silentSentinels(view: CycleView): readonly PortRequest[] {
  const silent = new Set(view.absent.map((absent) => absent.known.id));
  return sentinelsOf(view.baseline)
    .filter((host) => silent.has(host.id))
    .flatMap((host) => {
      const open = [...host.ports.values()].filter((port) => port.transport === "tcp" && port.current === "open");
      return open.slice(0, PORTS_PER_SENTINEL).map(({ transport, number }): PortRequest => {
        return { address: host.address, port: { transport, number }, ask: "state" };
      });
    });
}

/**
 * An endpoint that is missing where it should be may answer on a port that no plan asks: its host is looked at on all TCP
 * ports, unless a second probe found it after all. In the order of the endpoints.
 */
export function hostsToSearch(missing: readonly Endpoint[], probed: readonly NmapRun[]): readonly string[] {
  return [...new Set(missing.filter((one) => !isOpenIn(probed, one)).map(({ address }) => address))];
}

interface Endpoint {
  readonly address: string;
  readonly port: PortRef;
}

function isOpenIn(runs: readonly NmapRun[], { address, port }: Endpoint): boolean {
  const hosts = runs.flatMap((run) => run.hosts.filter((host) => host.address === address));
  return hosts.some((host) => host.ports.some((one) => portKey(one) === portKey(port) && one.state === "open"));
}

/** Of such a search only what is open and was not known counts: one run is not proof of absence. */
export function newsOf(run: NmapRun, view: CycleView): NmapRun {
  const seen = new Map(view.hosts.map((host) => [host.observation.address, host]));
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

/** What the ports of a run are is asked next. */
export function servicesToAsk({ hosts }: NmapRun): readonly PortRequest[] {
  return hosts.flatMap(({ address, ports }) =>
    ports.slice(0, NEWS_PER_HOST).map(({ transport, number }): PortRequest => {
      return { address, port: { transport, number }, ask: "service" };
    }),
  );
}
