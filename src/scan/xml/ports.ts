import type { Transport } from "../../domain/network.ts";
import type { HostObservation, PortObservation } from "../../domain/observation.ts";
import type { ScanInfo } from "./document.ts";
import { childOf, childrenOf, rawAttribute, wholeAttribute } from "./element.ts";
import type { XmlElement } from "./xml-element.ts";
import { readIdentity } from "../scripts/identify.ts";
import { portState, reasonWord, transportOf } from "./port-states.ts";
import { readScripts } from "../scripts/results.ts";
import { readService } from "./service.ts";
import { sharing } from "./sharing.ts";

type OtherState = HostObservation["otherStates"][number];

/** What the `<ports>` element of one host says. */
export interface PortsRead {
  readonly ports: readonly PortObservation[];
  readonly otherStates: readonly OtherState[];
  /** Null when every port of the plan is accounted for, else the sentence with the numbers. */
  readonly mismatch: string | null;
}

export function readPorts(host: XmlElement, scanInfo: readonly ScanInfo[], cuts: Set<string>): PortsRead {
  const element = childOf(host, "ports");
  const ports = element === undefined ? [] : childrenOf(element, "port").flatMap((port) => readPort(port, cuts) ?? []);
  const otherStates =
    element === undefined ? [] : childrenOf(element, "extraports").flatMap((e) => readExtra(e, scanInfo));
  return { ports, otherStates, mismatch: portSumMismatch(ports, otherStates, scanInfo) };
}

function readPort(port: XmlElement, cuts: Set<string>): PortObservation | null {
  const transport = transportOf(rawAttribute(port, "protocol"));
  const number = wholeAttribute(port, "portid");
  const stateElement = childOf(port, "state");
  const state = stateElement === undefined ? null : portState(rawAttribute(stateElement, "state"));
  if (stateElement === undefined || state === null || transport === null) return null;
  if (number === null || number > 65_535) return null;
  const bare: PortObservation = {
    transport,
    number,
    state,
    reason: reasonWord(rawAttribute(stateElement, "reason")),
    reasonTtl: wholeAttribute(stateElement, "reason_ttl"),
    service: null,
    identity: null,
    scripts: readScripts(port, cuts),
    verified: false,
  };
  // A name for a port where nothing listens is a table entry that nobody compares.
  if (state !== "open" && state !== "open|filtered") return bare.scripts.length === 0 ? sharedBare(bare) : bare;
  return { ...bare, service: readService(port, cuts), identity: readIdentity(port, cuts) };
}

/** Ports that say nothing but their state are the same on thousands of hosts: one object stands for all of them. */
const bare = sharing<PortObservation>(8192);

function sharedBare(port: PortObservation): PortObservation {
  return bare(`${port.transport} ${port.number} ${port.state} ${port.reason} ${port.reasonTtl}`, () => port);
}

/**
 * States that nmap collapsed. With TCP and UDP in one run it writes one shared element; then its reasons tell the
 * protocols apart. Nmap before 7.92 names no protocol there: the transport stays null.
 */
function readExtra(extra: XmlElement, scanInfo: readonly ScanInfo[]): readonly OtherState[] {
  const state = portState(rawAttribute(extra, "state"));
  const count = wholeAttribute(extra, "count");
  if (state === null || count === null) return [];
  const only = scanInfo.length === 1 ? scanInfo[0] : undefined;
  if (only !== undefined) return [{ state, count, transport: only.protocol }];
  const byTransport = countByTransport(childrenOf(extra, "extrareasons"));
  if (byTransport === null) return [{ state, count, transport: null }];
  return [...byTransport].map(([transport, n]) => ({ state, count: n, transport }));
}

function countByTransport(reasons: readonly XmlElement[]): ReadonlyMap<Transport, number> | null {
  const counts = new Map<Transport, number>();
  for (const reason of reasons) {
    const transport = transportOf(rawAttribute(reason, "proto"));
    const count = wholeAttribute(reason, "count");
    if (transport === null || count === null) return null;
    counts.set(transport, (counts.get(transport) ?? 0) + count);
  }
  return counts.size === 0 ? null : counts;
}

/** The completeness contract of one host: listed + collapsed = planned, per protocol where nmap tells them apart. */
function portSumMismatch(
  ports: readonly PortObservation[],
  others: readonly OtherState[],
  scanInfo: readonly ScanInfo[],
): string | null {
  if (scanInfo.length === 0) {
    return ports.length + others.length === 0
      ? null
      : `${ports.length} ports listed, but the file does not say what was planned`;
  }
  const shared = others.some((other) => other.transport === null);
  const groups: (readonly ScanInfo[])[] = shared ? [scanInfo] : scanInfo.map((info) => [info]);
  for (const group of groups) {
    const transports = new Set(group.map((info) => info.protocol));
    const planned = group.reduce((sum, info) => sum + info.numServices, 0);
    const listed = new Set(ports.filter((p) => transports.has(p.transport)).map((p) => `${p.transport}/${p.number}`));
    const collapsed = others
      .filter((other) => other.transport === null || transports.has(other.transport))
      .reduce((sum, other) => sum + other.count, 0);
    if (listed.size + collapsed !== planned) {
      return `${listed.size} ports listed + ${collapsed} collapsed, ${planned} planned (${[...transports].join("+")})`;
    }
  }
  return null;
}
