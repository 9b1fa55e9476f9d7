import { includes, size, subtract, union } from "../lib/intervals.ts";
import type { HostBaseline, RememberedBurst } from "./baseline.ts";
import type { CycleView, HostView } from "./cycle.ts";
import { isRefuted } from "./fields/host-readings.ts";
import { portKnown, presenceComparable } from "./maturity.ts";
import { type PortKey, portKey, type PortRef } from "./network.ts";
import type { HostObservation } from "./observation.ts";

/** Ports of one host that were found open together: one fact, reported once, and not learned port by port. */
export interface PortBurst {
  /** Open now, in the order of the observation. */
  readonly ports: readonly PortRef[];
  /** Of {@link ports}, those that no scan before this one saw open. */
  readonly fresh: readonly PortRef[];
  /** Open now and normal, because a burst was accepted: still one fact for whoever asks what is declared. */
  readonly accepted: readonly PortRef[];
  /** How many ports of the host this scan asked; 0 where that is unknown. */
  readonly asked: number;
  /** What the second probe of a sample said, if there was one. */
  readonly sample: "unasked" | "confirmed" | "refuted";
}

/** From this many new ports on one host in one scan on, they have one cause: nobody installs ten services at once. */
const MANY_PORTS = 10;
/** A short port list shows a host with a fallen firewall by less: half of what was asked, but never a handful. */
const FEW = 5;
/** What answers on this many ports is not a row of services; a few more of them say nothing new. */
const AMID = 100;
const NONE: ReadonlySet<PortKey> = new Set();
/** So many of many ports that opened together are asked again: enough to tell whether the answers are real. */
const SAMPLE = 16;

/**
 * The ports of a known host that opened together, or are still open from such a scan; null when there are none.
 * `expected`: ports that a declaration makes normal.
 */
export function portBurst(view: CycleView, host: HostView, expected: ReadonlySet<PortKey> = NONE): PortBurst | null {
  const { known, observation } = host;
  if (known === null || observation.allPortsOpen !== null) return null;
  const open = observation.ports.filter((port) => port.state === "open");
  const opened = open.filter((port) => isUnlearned(known, port, expected));
  const lasting = opened.filter((port) => inBurst(known.burst, port));
  const fresh = opened.filter((port) => !inBurst(known.burst, port));
  const accepted = open.filter((port) => inBurst(known.burst, port) && isNormal(known, port));
  const asked = askedPorts(observation);
  const many = isWave({ fresh, asked }) || lasting.length >= AMID;
  // Ports measured in another way than before are not news, but what was news is not normal by that.
  const joins = many && presenceComparable(view);
  const ports = joins ? opened : lasting;
  if (ports.length + accepted.length === 0) return null;
  return { ports, fresh: joins ? fresh : [], accepted, asked, sample: sampleOf(observation) };
}

export function inBurst(burst: RememberedBurst | undefined, port: PortRef): boolean {
  return burst !== undefined && includes(burst.ports.get(port.transport) ?? [], port.number);
}

/** Whether silence about a burst means anything: a look at none of its ports, or at a host that answers everywhere, does not. */
export function isBurstMeasured({ ports }: RememberedBurst, { coverage, allPortsOpen }: HostObservation): boolean {
  if (allPortsOpen !== null) return false;
  return coverage.some((look) => {
    const its = ports.get(look.transport) ?? [];
    return look.phase === "ports" && size(subtract(its, look.ports)) < size(its);
  });
}

/** What a second probe asks of many ports of one host. */
export function sampleOfPorts(ports: readonly PortRef[]): readonly PortRef[] {
  return spread(ports, SAMPLE).map(({ transport, number }) => ({ transport, number }));
}

/** At most `count` of them, spread evenly, the same each time. */
export function spread<T>(all: readonly T[], count: number): readonly T[] {
  if (all.length <= count) return all;
  return Array.from({ length: count }, (_, i) => all[Math.floor((i * all.length) / count)]).filter(
    (one) => one !== undefined,
  );
}

/** Measured before and never open: a port with a memory of its own is reported, or normal, on its own. */
function isUnlearned(known: HostBaseline, port: PortRef, expected: ReadonlySet<PortKey>): boolean {
  const memory = known.ports.get(portKey(port));
  if (memory !== undefined) return memory.reference === "closed" && memory.current === "closed";
  return portKnown(known, port) && !expected.has(portKey(port));
}

function isNormal(known: HostBaseline, port: PortRef): boolean {
  return known.ports.get(portKey(port))?.reference === "open";
}

/** Whether enough ports joined in this scan to be news of their own. */
export function isWave({ fresh, asked }: Pick<PortBurst, "fresh" | "asked">): boolean {
  return fresh.length >= threshold(asked);
}

function threshold(asked: number): number {
  return asked === 0 ? MANY_PORTS : Math.max(FEW, Math.min(MANY_PORTS, Math.ceil(asked / 2)));
}

/** How many ports of a host a scan asked; 0 where that is unknown. */
export function askedPorts({ coverage }: HostObservation): number {
  const measured = coverage.filter((c) => c.phase === "ports");
  const transports = [...new Set(measured.map((c) => c.transport))];
  const sets = transports.map((t) => union(...measured.filter((c) => c.transport === t).map((c) => c.ports)));
  return sets.reduce((sum, set) => sum + size(set), 0);
}

function sampleOf(observation: HostObservation): PortBurst["sample"] {
  if (isRefuted(observation)) return "refuted";
  return (observation.recheck?.same ?? 0) > 0 ? "confirmed" : "unasked";
}
