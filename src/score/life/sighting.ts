import { answeredService } from "../../domain/answered-service.ts";
import { type Anomaly, type AnomalyStep, type Mute, type Score } from "../../domain/anomaly.ts";
import type { SegmentBaseline } from "../../domain/baseline.ts";
import type { CycleContext } from "../../domain/cycle.ts";
import type { Deviation } from "../../domain/deviation.ts";
import type { Facts } from "../../domain/facts.ts";
import { CATALOGUE, isStandingFact } from "../../domain/kinds/catalogue.ts";
import { formatDuration } from "../../lib/time.ts";
import { classifyExposure, listenerOf } from "../weigh/exposure.ts";
import { type Candidate, single } from "./candidate.ts";
import { muteFor } from "./mutes.ts";
import { reasonCodes } from "../words/reason-codes.ts";
import { openingReason } from "../words/reason.ts";
import type { Rates } from "../weigh/rates.ts";
import type { ScoringRules } from "../weigh/rules.ts";
import { scoreDeviation } from "../weigh/score.ts";
import { explained, explainedNow, withoutExcuse } from "./excused.ts";
import { makeStep } from "./step.ts";
import { changeOf } from "./worth-telling.ts";
import { dayText } from "../../domain/words.ts";

/** What a cycle knows besides the single sighting. */
export interface SightingInput {
  readonly context: CycleContext;
  readonly baseline: SegmentBaseline;
  readonly rules: ScoringRules;
  readonly rates: Rates;
  readonly mutes: readonly Mute[];
  /** Independent other changes on a host, not counting those of the same family. */
  readonly corroborating: (deviation: Deviation) => number;
  /** Ids of the anomalies that this one replaces, if it opens now. */
  readonly supersedes: (candidate: Candidate) => readonly string[];
}

/** An anomaly after one sighting, with the steps worth reporting (often none). */
export interface Sighted {
  readonly anomaly: Anomaly;
  readonly steps: readonly AnomalyStep[];
}

const HOUR_MS = 3_600_000;

/** One deviation (or rollout) of this cycle meets what is stored about it. */
export function sight(candidate: Candidate, stored: Anomaly | null, input: SightingInput): Sighted {
  if (stored === null) return open(candidate, null, input);
  if (stored.state === "accepted" && tellsFacts(candidate, stored))
    return { anomaly: seenAgain(stored, candidate, input), steps: [] };
  if (isBack(candidate, stored)) return back(candidate, stored, input);
  if (stored.state === "closed") return closedAgain(candidate, stored, input);
  if (stored.state !== "open" && stored.state !== "muted") return open(candidate, stored, input);
  return again(candidate, stored, input);
}

/** Somebody works on it: only what lifts it into a higher band is news. */
function closedAgain(candidate: Candidate, stored: Anomaly, input: SightingInput): Sighted {
  const { verdict: _, ...still } = seenAgain({ ...stored, state: "open", closed: null }, candidate, input);
  const at = candidate.deviation.observedAt;
  const score = scoreCandidate(candidate, stored, input);
  const worse = changeOf(still, { stored, at, rules: input.rules, score, noted: candidate.deviation.noted });
  return worse?.transition === "escalated" ? told(worse) : { anomaly: seenAgain(stored, candidate, input), steps: [] };
}

/** How long a stranger that left is remembered. */
const REMEMBERED_MS = 30 * 24 * HOUR_MS;

/** Somebody was told of this stranger before it left. */
function isBack({ deviation: { kind, observedAt, declared } }: Candidate, stored: Anomaly): boolean {
  // A first look at an inventory lists all that it does not know.
  const isStranger = CATALOGUE[kind].gone.when === "stranger-explained" && declared?.firstEvaluation !== true;
  const left = stored.state === "resolved" && stored.closed?.reason === "back-to-baseline";
  return isStranger && left && observedAt - stored.lastSeen < REMEMBERED_MS;
}

/** A stranger that returns is the same lead; only what it brings along can make it an alert again. */
function back(candidate: Candidate, stored: Anomaly, input: SightingInput): Sighted {
  const at = candidate.deviation.observedAt;
  const open: Anomaly = { ...stored, state: "open", episode: stored.episode + 1, closed: null, mute: null };
  const score = scoreCandidate(candidate, stored, input);
  const next = withMute({ ...seenAgain(open, candidate, input), openedCycle: input.context.cycleId }, input);
  const worse = changeOf(next, { stored: open, at, rules: input.rules, score, noted: candidate.deviation.noted });
  if (worse?.transition === "escalated") return told(worse);
  const detail = `is back after ${formatDuration(at - stored.lastSeen)}`;
  const reason = `Known since ${dayText(stored.firstSeen)}, seen ${next.count} times.`;
  return told(makeStep(next, { transition: "updated", at, previousScore: stored.score.value, detail, reason }));
}

/** What a declaration says, or a service of itself, stays so after an accept; accepting it closes it without a new value. */
function tellsFacts({ deviation, group, members }: Candidate, stored: Anomaly): boolean {
  if (isStandingFact(stored.kind)) return true;
  const all = group === null ? (deviation.members ?? []) : members;
  return all.length > 0 && all.every((member) => isStandingFact(member.kind));
}

function open(candidate: Candidate, stored: Anomaly | null, input: SightingInput): Sighted {
  const { deviation } = candidate;
  const fresh: Anomaly = {
    ...born(candidate, input),
    episode: (stored?.episode ?? 0) + 1,
    supersedes: input.supersedes(candidate),
  };
  const step = makeStep(withMute(fresh, input), {
    transition: "opened",
    at: deviation.observedAt,
    previousScore: null,
    reason: openingReason(fresh),
  });
  return { anomaly: step.anomaly, steps: [step] };
}

/** A member of a group, as it would open alone; `former`: as which it was told until now. */
export function bornAlone(deviation: Deviation, former: Anomaly | null, input: SightingInput): Anomaly {
  const alone = single(input.context.vantage.segment, deviation);
  const score = scoreCandidate(alone, former, input);
  return withMute({ ...born(alone, input), score, reasons: reasonCodes(deviation, score) }, input);
}

function born(candidate: Candidate, input: SightingInput): Anomaly {
  const { deviation: d, id, group } = candidate;
  const score = scoreCandidate(candidate, null, input);
  return {
    id,
    segment: input.context.vantage.segment,
    kind: d.kind,
    subject: d.subject,
    target: d.target,
    detector: d.detector,
    host: d.host,
    port: d.port,
    from: d.from,
    to: d.to,
    before: d.before,
    after: withUsualPort(d, d.after, input.rules),
    state: "open",
    episode: 1,
    count: 1,
    firstSeen: d.observedAt,
    lastSeen: d.observedAt,
    openedCycle: input.context.cycleId,
    lastCycle: input.context.cycleId,
    lastEventAt: d.observedAt,
    score,
    confirmed: d.confirmed,
    evidence: d.evidence,
    reasons: reasonCodes(d, score),
    informational: d.informational,
    history: d.history,
    declared: d.declared,
    group,
    supersedes: [],
    closed: null,
    mute: null,
    message: "",
    ...(d.excuse === undefined ? {} : { excuse: d.excuse }),
  };
}

/** A group counts as its highest member: what is worth an alert alone is worth one in company. */
function scoreCandidate(candidate: Candidate, stored: Anomaly | null, input: SightingInput): Score {
  const { rules, context } = input;
  // What the group says by itself has no history, and may be told later than its members.
  const fresh = new Set([...candidate.joined, candidate.deviation]);
  const all = candidate.telling ? [...candidate.members, candidate.deviation] : candidate.members;
  const scores = all.map((d) =>
    scoreDeviation(stored === null ? d : { ...d, after: keepAnswer(stored.after, d.after) }, {
      rules,
      rates: input.rates,
      tags: d.host?.tags ?? [],
      corroborating: input.corroborating(d),
      vantageClosed: context.vantage.closed,
      former: candidate.group !== null && fresh.has(d) ? null : (stored?.score ?? null),
    }),
  );
  return scores.reduce((best, score) => (score.value > best.value ? score : best));
}

function again(candidate: Candidate, stored: Anomaly, input: SightingInput): Sighted {
  const next = seenAgain(stored, candidate, input);
  const at = candidate.deviation.observedAt;
  const change = explainedNow(stored, candidate.deviation);
  if (change !== null) return told(explained(next, change, at));
  if (stored.excuse !== undefined && candidate.deviation.excuse === undefined)
    return told(raisedAgain(next, candidate, input));
  const mute = muteFor(next, input.mutes, input.context.endedAt);
  if (stored.state === "muted" && mute === null) return unmuted(next, at, input);
  if (stored.state === "open" && mute !== null) {
    return told(
      makeStep(withMute(next, input), {
        transition: "muted",
        at,
        previousScore: stored.score.value,
        reason: mute.reason,
      }),
    );
  }
  return told(
    changeOf(next, {
      stored,
      at,
      rules: input.rules,
      score: scoreCandidate(candidate, stored, input),
      noted: candidate.deviation.noted,
    }),
    next,
  );
}

/** The score stays the one last reported, so that small changes add up until they are worth reporting. */
function seenAgain(stored: Anomaly, candidate: Candidate, input: SightingInput): Anomaly {
  const { deviation, group } = candidate;
  const { context, rules } = input;
  return {
    ...stored,
    host: deviation.host ?? stored.host,
    after: withUsualPort(deviation, keepAnswer(stored.after, deviation.after), rules),
    count: stored.count + 1,
    lastSeen: Math.max(stored.lastSeen, deviation.observedAt),
    lastCycle: context.cycleId,
    confirmed: stored.confirmed || deviation.confirmed,
    informational: stored.informational && deviation.informational,
    evidence: deviation.evidence ?? stored.evidence,
    reasons: [...new Set([...stored.reasons, ...deviation.reasons])],
    declared: declaredNow(stored, deviation),
    group: group ?? stored.group,
    supersedes: [...new Set([...stored.supersedes, ...input.supersedes(candidate)])],
  };
}

/** What an inventory found stays part of it for as long as it lasts. */
function declaredNow(stored: Anomaly, { declared }: Deviation): Anomaly["declared"] {
  if (declared === null) return stored.declared;
  return { ...declared, firstEvaluation: stored.declared?.firstEvaluation ?? declared.firstEvaluation };
}

/** A mute that ended settles nothing: what is still there is reported again, as a new episode. */
function unmuted(next: Anomaly, at: number, input: SightingInput): Sighted {
  const previousScore = next.score.value;
  const bare: Anomaly = { ...next, state: "open", mute: null };
  const first = makeStep(bare, {
    transition: "unmuted",
    at,
    previousScore,
    reason: "The mute ended while the change is still there.",
  });
  const reopened: Anomaly = { ...bare, episode: bare.episode + 1, openedCycle: input.context.cycleId };
  const second = makeStep(reopened, {
    transition: "opened",
    at,
    previousScore,
    reason: `Raised again after a mute ended. ${openingReason(reopened)}`,
  });
  return { anomaly: second.anomaly, steps: [first, second] };
}

/** What was excused for a time and is still there is judged now, as a new episode. */
function raisedAgain(next: Anomaly, candidate: Candidate, input: SightingInput): AnomalyStep {
  const { deviation } = candidate;
  const bare = withoutExcuse({ ...next, informational: deviation.informational });
  const score = scoreCandidate(candidate, bare, input);
  const again = withMute(
    {
      ...bare,
      score,
      reasons: reasonCodes(bare, score),
      episode: next.episode + 1,
      openedCycle: input.context.cycleId,
    },
    input,
  );
  const over = next.excuse?.kind === "change" ? "the announced change ended" : "the maintenance window ended";
  const reason = `Still there after ${over}. ${openingReason(again)}`;
  return makeStep(again, { transition: "opened", at: deviation.observedAt, previousScore: null, reason });
}

/** Version detection fails now and then; what a service once showed is not forgotten when it is not detected. */
function keepAnswer(before: Facts, now: Facts): Facts {
  return answeredService(now) === null && answeredService(before) !== null
    ? { ...now, ...before }
    : { ...before, ...now };
}

function withUsualPort(d: Deviation, after: Facts, rules: ScoringRules): Facts {
  if (d.port === null || rules.kinds[d.kind].exposure !== "service") return after;
  const { usualPort } = classifyExposure(listenerOf(d.port.number, after), rules);
  return usualPort === null ? after : { ...after, usual_port: usualPort };
}

function withMute(anomaly: Anomaly, input: SightingInput): Anomaly {
  const mute = muteFor(anomaly, input.mutes, input.context.endedAt);
  return mute === null
    ? anomaly
    : { ...anomaly, state: "muted", mute: { id: mute.id, origin: mute.origin, until: mute.until } };
}

function told(step: AnomalyStep | null, quiet?: Anomaly): Sighted {
  if (step !== null) return { anomaly: step.anomaly, steps: [step] };
  if (quiet === undefined) throw new Error("a sighting without a step needs the anomaly itself");
  return { anomaly: quiet, steps: [] };
}
