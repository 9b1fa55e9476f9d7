import type { Anomaly, AnomalyStep, ToldMember } from "../../domain/anomaly.ts";
import type { Sighted } from "./sighting.ts";

interface Turn {
  readonly joined: readonly AnomalyStep[];
  readonly lost: ReadonlySet<ToldMember>;
  /** Ids of the members that were seen in this cycle. */
  readonly seen: ReadonlySet<string>;
  readonly at: number;
}

export function toldNow(told: readonly ToldMember[], { joined, lost, seen, at }: Turn): readonly ToldMember[] {
  const fresh = new Map(joined.map(({ anomaly }) => [anomaly.id, toldOf(anomaly)]));
  const before = told.map((one) => {
    if (lost.has(one)) return { ...one, over: at };
    return seen.has(one.id) ? { ...one, count: one.count + 1, lastSeen: at } : one;
  });
  const known = new Set(told.map((one) => one.id));
  return [...before.map((one) => fresh.get(one.id) ?? one), ...[...fresh.values()].filter((one) => !known.has(one.id))];
}

function toldOf(anomaly: Anomaly): ToldMember {
  const { id, kind, subject, target, detector, host, port, from, to } = anomaly;
  const { episode, count, firstSeen, lastSeen, confirmed, score } = anomaly;
  const place = { id, kind, subject, target, detector, host, port, from, to };
  return { ...place, episode, count, firstSeen, lastSeen, confirmed, score: score.value };
}

export function isActive({ over }: ToldMember): boolean {
  return over === undefined;
}

export function withTold({ anomaly, steps }: Sighted, told: readonly ToldMember[]): Sighted {
  const { told: before, ...bare } = anomaly;
  if (told.length === 0 && before === undefined) return { anomaly, steps };
  const next: Anomaly = told.length === 0 ? bare : { ...bare, told };
  return { anomaly: next, steps: steps.map((step) => (step.anomaly === anomaly ? { ...step, anomaly: next } : step)) };
}
