import type { Anomaly, AnomalyGroup, AnomalyStep } from "../domain/anomaly.ts";
import { ATTACK_VERSION } from "../domain/attack.ts";
import { CATALOGUE } from "../domain/kinds/catalogue.ts";
import { isoTime } from "../lib/time.ts";
import type { CycleFacts, EventContext } from "./context.ts";
import { declaredBranch } from "./declared-branch.ts";
import { scanHead } from "./envelope.ts";
import { factsBranch, factsNow, isBack, observedBranch } from "./facts.ts";
import { attackCandidates } from "./attack.ts";
import type { Branch } from "./tree.ts";

const MOST_MEMBERS = 100;

/** The leaves of `tripline` that are about the anomaly. Steps that end or silence it repeat only what identifies it. */
export function anomalyTripline(step: AnomalyStep, context: EventContext, facts: CycleFacts | null): Branch {
  const { anomaly } = step;
  const telling = step.transition === "opened" || step.transition === "escalated" || step.transition === "updated";
  const common = {
    scan: facts === null ? null : scanHead(facts),
    anomaly: lifeBranch(step, telling),
    score: telling ? scoreBranch(step) : { value: anomaly.score.value, band: anomaly.score.band },
    baseline: baselineBranch(anomaly, context),
    observed: observedNow(step),
  };
  const excused = { ...common, ...excuseBranch(anomaly) };
  return telling ? { ...excused, ...exposureBranch(anomaly), ...claimsBranch(anomaly) } : excused;
}

function lifeBranch(step: AnomalyStep, telling: boolean): Branch {
  const { anomaly, transition } = step;
  return {
    id: anomaly.id,
    kind: anomaly.kind,
    subject: anomaly.subject,
    state: anomaly.state,
    transition,
    notable: step.notable,
    first_seen: isoTime(anomaly.firstSeen),
    last_seen: isoTime(anomaly.lastSeen),
    count: anomaly.count,
    episode: anomaly.episode,
    confirmed: anomaly.confirmed,
    evidence: anomaly.evidence,
    reasons: telling ? anomaly.reasons : [],
    member_of: step.memberOf,
    group: { ...(anomaly.group === null ? {} : groupBranch(anomaly.group)), ...membersBranch(step) },
    closed: anomaly.closed === null ? null : { by: anomaly.closed.by, reason: anomaly.closed.reason },
    supersedes: anomaly.supersedes,
    mute: muteBranch(anomaly),
  };
}

export function muteBranch({ mute }: Pick<Anomaly, "mute">): Branch {
  return mute === null ? {} : { id: mute.id, origin: mute.origin, until: timeOrNull(mute.until) };
}

function groupBranch(group: AnomalyGroup): Branch {
  const hosts = [...new Map(group.members.map((member) => [member.hostId, member])).values()];
  const shown = hosts.slice(0, MOST_MEMBERS);
  const subjects = new Set(group.members.flatMap((member) => member.subject ?? []));
  return {
    id: group.id,
    kind: group.kind,
    count: group.members.length,
    from: group.from,
    to: group.to,
    hosts: shown.map((member) => member.name ?? member.ip),
    ips: shown.map((member) => member.ip),
    subjects: [...subjects].slice(0, MOST_MEMBERS),
    truncated: Math.max(hosts.length, subjects.size) > MOST_MEMBERS,
  };
}

function membersBranch({ members }: AnomalyStep): Branch {
  return members === undefined ? {} : { member_events: members.told, members_left_out: members.leftOut };
}

/** Points as numbers for dashboards, parts as words for people. */
function scoreBranch(step: AnomalyStep): Branch {
  const { score } = step.anomaly;
  const moved = step.previousScore !== null && step.previousScore !== score.value;
  return {
    value: score.value,
    previous: moved ? step.previousScore : null,
    band: score.band,
    bits: score.bits,
    points: Object.fromEntries(score.parts.map((part) => [part.name, part.points])),
    parts: score.parts.filter((part) => part.points !== 0).map((p) => ({ name: p.name, points: p.points, why: p.why })),
  };
}

function baselineBranch(anomaly: Anomaly, context: EventContext): Branch {
  const { history } = anomaly;
  // Only a mature baseline makes anomalies of its own kinds; declarations need none, there the scans decide.
  const mature = CATALOGUE[anomaly.kind].declaration !== "source" || history.scans >= context.maturity.scans;
  return {
    mature,
    scans: history.scans,
    ...factsBranch(anomaly.before),
    first_seen: timeOrNull(history.firstSeen),
    last_seen: timeOrNull(history.lastSeen),
  };
}

/** Back to normal, only the state is certain: the rest was said by the openings. */
function observedNow(step: AnomalyStep): Branch {
  const now = factsNow(step);
  return isBack(step) ? { state: now.state } : observedBranch(now, step.anomaly.port);
}

function exposureBranch(anomaly: Anomaly): Branch {
  const candidates = attackCandidates(anomaly);
  return {
    exposure: {
      class: anomaly.score.exposure,
      unauthenticated: anomaly.reasons.includes("unauthenticated") ? true : null,
    },
    attack: candidates.length === 0 ? null : { framework_version: ATTACK_VERSION, candidates },
  };
}

function claimsBranch(anomaly: Anomaly): Branch {
  return { declared: anomaly.declared === null ? null : declaredBranch(anomaly.declared) };
}

function excuseBranch({ excuse }: Anomaly): Branch {
  if (excuse === undefined) return {};
  const until = isoTime(excuse.until);
  if (excuse.kind === "maintenance") return { maintenance: { window: excuse.window, until } };
  const { id, ticket, by } = excuse;
  return { change: { id, ticket, by, until } };
}

function timeOrNull(at: number | null): string | null {
  return at === null ? null : isoTime(at);
}
