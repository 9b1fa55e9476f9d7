import type { HostBaseline, PortBaseline, PortSets, RememberedBurst } from "../domain/baseline.ts";
import type { CycleView, HostView } from "../domain/cycle.ts";
import { presenceComparable } from "../domain/maturity.ts";
import { portKey, type PortRef, TRANSPORTS } from "../domain/network.ts";
import { isBurstMeasured, isWave, type PortBurst } from "../domain/port-burst.ts";
import { MISSES_AFTER_RESET } from "../domain/settle.ts";
import { fromNumbers, type Intervals, toNumbers } from "../lib/intervals.ts";
import { isOld } from "./age.ts";

type Ports = HostBaseline["ports"];

/**
 * Ports of a burst that are not learned. Ports that open together are usually not services of the host, and learning
 * them would make every other opening in the segment look ordinary. While a host is still being learned, what lasts
 * for a second scan is adopted.
 */
export function burstLeftOut(burst: PortBurst | null, learning: boolean): readonly PortRef[] {
  if (burst === null) return [];
  return learning ? burst.fresh : burst.ports;
}

/** The burst after this scan; over when none of its ports was open for as long as closing one port takes. */
export function rememberBurst(
  view: CycleView,
  { known, observation }: HostView,
  now: { readonly burst: PortBurst | null; readonly ports: Ports },
): Pick<HostBaseline, "burst"> {
  const { burst } = now;
  const before = known?.burst;
  if (burst?.sample === "refuted") return burstOrNone(before);
  if (burst !== null)
    return burstOrNone({ ...grown(known, burst, now.ports), ...sinceOf(view, { known, observation }, burst) });
  if (before === undefined || !isBurstMeasured(before, observation) || !presenceComparable(view)) {
    return burstOrNone(before);
  }
  const misses = before.misses + 1;
  return burstOrNone(misses < MISSES_AFTER_RESET ? { ...before, open: new Map(), misses } : undefined);
}

/**
 * "This is normal now": what was open in the last scan. What the ports show is learned from the next one on. The set is
 * kept, so that an inventory which does not declare them does not report them one by one after the accept.
 */
export function acceptBurst(host: HostBaseline): HostBaseline {
  const { burst } = host;
  if (burst === undefined) return host;
  const ports = new Map(host.ports);
  for (const [transport, open] of burst.open) {
    for (const number of toNumbers(open)) {
      const port = { transport, number };
      if (!isNormal(host.ports, port)) ports.set(portKey(port), openPort(host, port));
    }
  }
  return { ...host, ports, burst: { ports: burst.open, open: burst.open, misses: 0 } };
}

/** Ports that have been open together for this long are normal. */
export function agedBurst(host: HostBaseline, forgetMs: number): HostBaseline {
  const { burst, lastSeen } = host;
  return burst?.misses === 0 && isOld(burst.since, lastSeen, forgetMs) ? acceptBurst(host) : host;
}

/** The days of a new wave begin with it: it must not become normal by those before it. Where everything is normal, nothing waits. */
function sinceOf(
  { context }: CycleView,
  { known, observation }: Pick<HostView, "known" | "observation">,
  burst: PortBurst,
): Pick<RememberedBurst, "since"> {
  if (burst.ports.length === 0) return {};
  const before = isWave(burst) ? undefined : known?.burst?.since;
  return { since: before ?? { scan: context.scanNumber, at: observation.observedAt } };
}

function openPort({ lastSeen }: HostBaseline, port: PortRef): PortBaseline {
  return {
    ...port,
    reference: "open",
    current: "open",
    misses: 0,
    opened: 1,
    firstSeen: lastSeen,
    lastSeen,
    history: 1,
    fields: new Map(),
    fingerprinted: null,
  };
}

/** All it ever had, without what is learned in this scan because the host is still being learned. */
function grown(known: HostBaseline | null, burst: PortBurst, learned: Ports): RememberedBurst {
  const earlier = [...(known?.burst?.ports ?? [])].flatMap(([transport, set]) =>
    toNumbers(set).map((number): PortRef => ({ transport, number })),
  );
  const stays = (port: PortRef) => !isNormal(learned, port) || isNormal(known?.ports, port);
  return {
    ports: portSets([...earlier, ...burst.ports].filter(stays)),
    open: portSets([...burst.ports, ...burst.accepted].filter(stays)),
    misses: 0,
  };
}

function isNormal(ports: Ports | undefined, port: PortRef): boolean {
  return ports?.get(portKey(port))?.reference === "open";
}

function portSets(ports: readonly PortRef[]): PortSets {
  const sets = TRANSPORTS.map((transport): [PortRef["transport"], Intervals] => [
    transport,
    fromNumbers(ports.filter((port) => port.transport === transport).map((port) => port.number)),
  ]);
  return new Map(sets.filter(([, set]) => set.length > 0));
}

function burstOrNone(burst: RememberedBurst | undefined): Pick<HostBaseline, "burst"> {
  return burst === undefined || burst.ports.size === 0 ? {} : { burst };
}
