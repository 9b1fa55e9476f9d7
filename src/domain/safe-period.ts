import type { PlannedChange } from "./planned-change.ts";
import { TRANSPORTS } from "./network.ts";

/** A time in which what is seen is known to be normal: one window of the configuration, or several that adjoin. */
export interface SafePeriod {
  /** The first of them, as the configuration says it. */
  readonly window: string;
  /** UTC ms. */
  readonly from: number;
  readonly until: number;
}

/** The safe periods of a configuration. */
export interface SafePeriods {
  /** The one that holds all of a scan, from its start to its end; null: none does. */
  readonly around: (startedAt: number, endedAt: number) => SafePeriod | null;
  /** The one that begins next after a moment. */
  readonly next: (at: number) => SafePeriod | null;
}

/** How one cycle lies to the safe periods. */
export interface SafeOccasion {
  /** Null: outside. Known values are confirmed and news is judged, but nothing new becomes normal. */
  readonly period: SafePeriod | null;
  readonly next: SafePeriod | null;
}

/** Of a cycle; absent: there are no safe periods. */
interface Safely {
  readonly safe?: SafeOccasion;
}

/** Whether a cycle may teach something new; without safe periods each one does. */
export function teaches({ safe }: Safely): boolean {
  return safe?.period !== null;
}

export function safeOccasion(
  periods: SafePeriods | undefined,
  { startedAt, endedAt }: { readonly startedAt: number; readonly endedAt: number },
): Safely {
  if (periods === undefined) return {};
  return { safe: { period: periods.around(startedAt, endedAt), next: periods.next(endedAt) } };
}

/** What appears in a safe period is explained and learned as announced work is, with the same exceptions. */
export function safeChange({ safe }: Safely, segment: string): readonly PlannedChange[] {
  const period = safe?.period ?? null;
  if (period === null) return [];
  const { window, from, until } = period;
  return [
    {
      id: `safe-period-${from}`,
      segment,
      place: { hosts: EVERYWHERE, networks: [], groups: [] },
      ports: TRANSPORTS.map((transport) => ({ transport, from: 0, to: 65_535 })),
      from,
      until,
      by: "baseline.learn.safe",
      ticket: `the safe period ${window}`,
      origin: "configuration",
      announcedAt: from,
      state: "announced",
      matched: [],
    },
  ];
}

/** By halves, because a single `/0` is taken for a mistake. */
const EVERYWHERE = ["0.0.0.0/1", "128.0.0.0/1", "::/1", "8000::/1"];
