import { includes } from "../lib/intervals.ts";
import type { PortBaseline } from "./baseline.ts";
import type { PortRef } from "./network.ts";
import type { HostObservation, PortObservation } from "./observation.ts";

/** Strength of what the wire said: a handshake or SYN-ACK is proof, a reset is an answer, silence is a guess. */
export type WireEvidence = "syn-ack" | "reset" | "no-response" | "handshake";

/** Covered misses in a row before a port counts as closed: a reset plus one more, or three silences. */
export const MISSES_AFTER_RESET = 2;
export const MISSES_AFTER_SILENCE = 3;

/** What this cycle says about one port once the debounce is applied. */
export interface SettledPort {
  readonly state: "open" | "closed";
  /** False: the port was not measured this cycle, `state` is what was known before. */
  readonly measured: boolean;
  /** True: it was missed, but not often enough to call it closed; `state` is still the previous one. */
  readonly pending: boolean;
  readonly misses: number;
  readonly evidence: WireEvidence | null;
}

/** One raw look at one port, without memory. `unknown`: not probed, or an answer that proves nothing. */
export type PortLook =
  | { readonly state: "open" | "not-open"; readonly evidence: WireEvidence }
  | { readonly state: "unknown" };

/**
 * What the observation says about a port. A port that is not listed counts as not open only inside the coverage;
 * `udp open|filtered` and `unfiltered` are unknown.
 */
export function lookAt(observation: HostObservation, port: PortRef): PortLook {
  const listed = observation.ports.find((p) => p.number === port.number && p.transport === port.transport);
  if (listed !== undefined) return lookAtListed(listed, observation);
  // An aggregated tarpit lists no ports: its silence about one says nothing.
  if (observation.allPortsOpen !== null) return { state: "unknown" };
  if (!covers(observation, port)) return { state: "unknown" };
  const others = observation.otherStates.filter((s) => s.transport === null || s.transport === port.transport);
  if (others.some((s) => s.state === "open|filtered" || s.state === "unfiltered")) return { state: "unknown" };
  const reset = others.length > 0 && others.every((s) => s.state === "closed");
  return { state: "not-open", evidence: reset ? "reset" : "no-response" };
}

function covers(observation: HostObservation, port: PortRef): boolean {
  return observation.coverage.some(
    (c) => c.phase === "ports" && c.transport === port.transport && includes(c.ports, port.number),
  );
}

function lookAtListed(listed: PortObservation, observation: HostObservation): PortLook {
  if (listed.state === "open") return { state: "open", evidence: listed.verified ? "handshake" : "syn-ack" };
  if (listed.state === "open|filtered" || listed.state === "unfiltered") return { state: "unknown" };
  if (!covers(observation, listed)) return { state: "unknown" };
  return { state: "not-open", evidence: listed.state === "closed" ? "reset" : "no-response" };
}

/** Memory + one look → settled state. Opening is believed at once, closing only after enough covered misses. */
export function settlePort(known: PortBaseline | null, look: PortLook): SettledPort {
  const before = known?.current ?? "closed";
  const misses = known?.misses ?? 0;
  if (look.state === "unknown") return { state: before, measured: false, pending: false, misses, evidence: null };
  if (look.state === "open") {
    return { state: "open", measured: true, pending: false, misses: 0, evidence: look.evidence };
  }
  const missed = misses + 1;
  const needed = look.evidence === "reset" ? MISSES_AFTER_RESET : MISSES_AFTER_SILENCE;
  const closed = before === "closed" || missed >= needed;
  return {
    state: closed ? "closed" : "open",
    measured: true,
    pending: !closed,
    misses: missed,
    evidence: look.evidence,
  };
}

/** Covered misses before a silent host counts as gone. */
export const MISSES_BEFORE_GONE = 3;

export interface SettledHost {
  readonly state: "up" | "gone";
  readonly measured: boolean;
  readonly pending: boolean;
  readonly misses: number;
}

/** `answer`: up; down = asked in a complete run and silent; unmeasured = not asked, or not trustworthy. */
export function settleHost(
  known: { readonly current: "up" | "gone"; readonly misses: number } | null,
  answer: "up" | "down" | "unmeasured",
): SettledHost {
  const before = known?.current ?? "gone";
  const misses = known?.misses ?? 0;
  if (answer === "up") return { state: "up", measured: true, pending: false, misses: 0 };
  if (answer === "unmeasured") return { state: before, measured: false, pending: false, misses };
  const missed = misses + 1;
  const gone = before === "gone" || missed >= MISSES_BEFORE_GONE;
  return { state: gone ? "gone" : "up", measured: true, pending: !gone, misses: missed };
}
