import { type Anomaly, type AnomalyStep, isLive, type Mute, type Standing } from "../../domain/anomaly.ts";
import type { SegmentBaseline } from "../../domain/baseline.ts";
import type { CycleContext } from "../../domain/cycle.ts";
import type { Deviation } from "../../domain/deviation.ts";
import type { PastAnomalies } from "../../domain/past-anomalies.ts";
import { isStandingFact } from "../../domain/kinds/catalogue.ts";
import { compareAddresses } from "../../lib/ip.ts";
import { corroboration } from "../weigh/corroborate.ts";
import { endpointsOf, onePerEndpoint } from "./endpoint.ts";
import { anomalyId, type Candidate } from "./candidate.ts";
import { foldFlood } from "./flood.ts";
import { groupDeviations } from "./group.ts";
import { type Gathered, type MembersInput, withMemberSteps } from "./member-steps.ts";
import { withSettledMembers } from "./settle-members.ts";
import { type Rates, ratesOf } from "../weigh/rates.ts";
import type { ScoringRules } from "../weigh/rules.ts";
import { scoreDeviation } from "../weigh/score.ts";
import { bornAlone, sight } from "./sighting.ts";
import { settleUnseen } from "./unseen.ts";

export interface AdvanceInput {
  readonly context: CycleContext;
  /** What is in effect in the segment. */
  readonly open: readonly Anomaly[];
  /** What is over. */
  readonly past: PastAnomalies;
  readonly deviations: readonly Deviation[];
  /** Asked for open anomalies that no deviation mentions; a rollout stands while one member does. */
  readonly standing: (anomaly: Anomaly) => Standing;
  readonly rules: ScoringRules;
  readonly baseline: SegmentBaseline;
  readonly mutes: readonly Mute[];
  /** Nothing may be concluded from what is not seen: no anomaly resolves. */
  readonly degraded: boolean;
  /** The scan is in doubt: only what a second look confirmed is news, everything else waits for a scan that is believed. */
  readonly doubtful: boolean;
}

export interface Advance {
  readonly steps: readonly AnomalyStep[];
  /** Steps of those that groups and bursts stand for, with `memberOf`: events, but never alerts. */
  readonly members: readonly AnomalyStep[];
  /** Every anomaly whose row changed, in its final form. */
  readonly changed: readonly Anomaly[];
  /** Changes that are counted as learning. */
  readonly learning: readonly Deviation[];
}

/**
 * One cycle in the life of all anomalies of a segment: what deviates now meets what is stored. Pure; the same input
 * gives the same steps in the same order (address, kind, subject).
 */
export function advanceAnomalies(input: AdvanceInput): Advance {
  const { segment } = input.context.vantage;
  const told = toldIds(input.open);
  const isTold = (d: Deviation) => told.has(anomalyId(segment, d));
  const believed = (d: Deviation) => !input.doubtful || isSure(d) || isTold(d);
  const ripe = input.deviations.filter((d) => isRipe(d) && believed(d)).toSorted(compareDeviations);
  const kept = onePerEndpoint(ripe, isTold);
  const before = withSettledMembers(input.open.filter(isLive), new Set(kept.map((d) => anomalyId(segment, d))), input);
  const stored = new Map([...input.open, ...before].map((a) => [a.id, a]));
  const rates = ratesOf(input.baseline, input.rules, input.context.roles);
  const corroborating = corroboration(ripe, (d) => couldAlert(d, input, rates));
  const former = (id: string) => stored.get(id) ?? input.past.find(id);
  const see = (candidates: readonly Candidate[]) => {
    const plan = planSuperseding(candidates, before, segment);
    const supersedes = (c: Candidate) => plan.replacedBy.get(c.id) ?? [];
    const sighting = { ...input, rates, corroborating, supersedes };
    const seen = candidates.map((candidate) => ({
      candidate,
      sighted: sight(candidate, former(candidate.id), sighting),
    }));
    return { plan, seen, sighting };
  };
  const found = groupDeviations({ ...input, deviations: kept, stored: input.open, live: before });
  const { plan, seen, sighting } = see(foldFlood(see(found).seen, { context: input.context, live: before }));
  const unseen = before.filter((a) => !plan.seen.has(a.id));
  const settled = unseen.map((a) => {
    const over = settleUnseen(a, { ...input, successor: plan.successor.get(a.id) ?? null });
    return over ?? (input.open.includes(a) ? null : { anomaly: a, steps: [] });
  });
  const gathered = [...settled.filter((s) => s !== null).map((sighted) => ({ sighted, candidate: null })), ...seen];
  const alone = (d: Deviation, known: Anomaly | null) => bornAlone(d, known, sighting);
  return collect(gathered, input, { ...input, former, alone });
}

/** What is beside it may lift it to an alert, but never what could not become one by itself. */
function couldAlert(deviation: Deviation, { rules, context }: AdvanceInput, rates: Rates): boolean {
  const alone = scoreDeviation(deviation, {
    rules,
    rates,
    tags: deviation.host?.tags ?? [],
    corroborating: 0,
    vantageClosed: context.vantage.closed,
  });
  const most = rules.kinds[deviation.kind].at_most ?? 100;
  return most >= context.alertAt && alone.value + rules.corroboration.most >= context.alertAt;
}

function isRipe({ mature, kind }: Deviation): boolean {
  return mature || isStandingFact(kind);
}

/** Seen twice; or compared with an inventory, whose first look is one piece and must not be reported in parts. */
function isSure({ confirmed, declared }: Deviation): boolean {
  return confirmed || declared !== null;
}

/** What was reported and may be seen again in this cycle, also as a member; and what was reported before it was accepted. */
function toldIds(stored: readonly Anomaly[]): ReadonlySet<string> {
  const told = stored.filter((a) => isLive(a) || a.state === "accepted");
  return new Set(told.flatMap(({ id, group }) => [id, ...(group?.members ?? []).map((member) => member.anomalyId)]));
}

interface Superseding {
  readonly seen: ReadonlySet<string>;
  /** Id of an old anomaly → id of the one that opens in its place. */
  readonly successor: ReadonlyMap<string, string>;
  /** The inverse, for `supersedes`. */
  readonly replacedBy: ReadonlyMap<string, readonly string[]>;
}

/**
 * An open anomaly that is not seen any more gives way to one that opens now on the same endpoint, and one that was told
 * alone to the group that takes it in.
 */
function planSuperseding(candidates: readonly Candidate[], live: readonly Anomaly[], segment: string): Superseding {
  const liveIds = new Set(live.map((a) => a.id));
  const seen = new Set(candidates.map((c) => c.id));
  const opening = candidates.filter((c) => !liveIds.has(c.id));
  const groups = candidates.filter((c) => c.group !== null);
  const byEndpoint = new Map([
    ...opening.flatMap((c) => endpointsOf(c.deviation).map((e) => [e, c.id] as const)),
    ...groups.flatMap((c) => c.joined.flatMap((d) => endpointsOf(d).map((e) => [e, c.id] as const))),
  ]);
  const byMember = new Map(
    groups.flatMap((c) =>
      [...c.joined.map((d) => anomalyId(segment, d)), ...c.replaces].map((id) => [id, c.id] as const),
    ),
  );
  const successor = new Map<string, string>();
  for (const anomaly of live) {
    const next =
      byMember.get(anomaly.id) ??
      endpointsOf(anomaly)
        .map((e) => byEndpoint.get(e))
        .find((id) => id !== undefined);
    if (next !== undefined && !seen.has(anomaly.id)) successor.set(anomaly.id, next);
  }
  const replacedBy = Map.groupBy(successor.keys(), (old) => successor.get(old) ?? "");
  return { seen, successor, replacedBy: new Map([...replacedBy].map(([id, olds]) => [id, olds.toSorted()])) };
}

function collect(all: readonly Gathered[], input: AdvanceInput, of: MembersInput): Advance {
  const ordered = all.toSorted((a, b) => compareAnomalies(a.sighted.anomaly, b.sighted.anomaly));
  const { sighted, members } = withMemberSteps(ordered, of);
  return {
    steps: sighted.flatMap((s) => s.steps),
    members,
    changed: sighted.map((s) => s.anomaly),
    learning: input.deviations.filter((d) => !isRipe(d)),
  };
}

/** Detectors run in any order; what is made of their deviations must not depend on it. */
function compareDeviations(a: Deviation, b: Deviation): number {
  return compareThings(a, b) || compareTexts([a.subject, a.target], [b.subject, b.target]);
}

function compareAnomalies(a: Anomaly, b: Anomaly): number {
  return compareThings(a, b) || compareTexts([a.subject, a.target, a.id], [b.subject, b.target, b.id]);
}

/** Addresses and ports as numbers; rollouts have no address and come last. */
function compareThings(a: Thing, b: Thing): number {
  if (a.host === null || b.host === null) return Number(a.host === null) - Number(b.host === null);
  return (
    compareAddresses(a.host.address, b.host.address) ||
    compareTexts([a.kind], [b.kind]) ||
    (a.port?.number ?? 0) - (b.port?.number ?? 0)
  );
}

type Thing = Pick<Anomaly, "host" | "kind" | "port">;

function compareTexts(a: readonly string[], b: readonly string[]): number {
  const [x, y] = [a.join("\u0000"), b.join("\u0000")];
  return x === y ? 0 : x < y ? -1 : 1;
}
