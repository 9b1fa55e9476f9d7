import type { AnomalyKind } from "../../domain/kinds/catalogue.ts";
import type { Candidate } from "./candidate.ts";
import { rollout } from "./rollout.ts";
import type { Sighted } from "./sighting.ts";
import { deskOf, newTeam, openTeam, type Team } from "./team.ts";
import type { Anomaly } from "../../domain/anomaly.ts";
import type { CycleContext } from "../../domain/cycle.ts";

/** More alerts than this in one cycle are read by nobody. */
const MOST_ALERTS = 20;

interface Judged {
  readonly candidate: Candidate;
  readonly sighted: Sighted;
}

export interface FloodInput {
  readonly context: CycleContext;
  readonly live: readonly Anomaly[];
}

/**
 * Whatever happens, a cycle raises at most so many alerts: what is too many becomes one group per kind, the most frequent
 * kind first, with every member listed. The rest stays as it is.
 */
export function foldFlood(judged: readonly Judged[], input: FloodInput): readonly Candidate[] {
  const loud = judged.filter(({ sighted }) => isLoud(sighted, input.context.alertAt)).map((one) => one.candidate);
  const kinds = [...Map.groupBy(loud, kindOf)].toSorted(([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1));
  const folded: (readonly Candidate[])[] = [];
  let alerts = loud.length;
  for (const [, alike] of kinds) {
    if (alerts <= MOST_ALERTS || alike.length < 2) break;
    folded.push(alike);
    alerts -= alike.length - 1;
  }
  const all = new Set(folded.flat());
  const rest = judged.map((one) => one.candidate).filter((candidate) => !all.has(candidate));
  return [
    ...rest.filter((one) => !folded.some((alike) => isOf(one, alike, input))),
    ...folded.map((alike) => merged(alike, rest, input)),
  ];
}

function isLoud({ steps, anomaly }: Sighted, alertAt: number): boolean {
  return anomaly.score.value >= alertAt && steps.some((step) => step.notable);
}

function kindOf({ group, deviation }: Candidate): AnomalyKind {
  return group?.kind ?? deviation.kind;
}

/** The group that an earlier cycle made of the same flood takes in what comes now. */
function isOf(one: Candidate, alike: readonly Candidate[], input: FloodInput): boolean {
  return one.id === openFlood(alike, input)?.id;
}

function merged(alike: readonly Candidate[], rest: readonly Candidate[], input: FloodInput): Candidate {
  const open = openFlood(alike, input);
  const former = rest.find((one) => one.id === open?.id);
  const parts = former === undefined ? alike : [former, ...alike];
  const members = parts.flatMap((part) => part.members);
  const desk = deskOf(input.context.vantage.segment, input.context.endedAt, input.live);
  const team = open ?? newTeam(desk, members, { kind: "rollout", shared: sharedOf(alike) });
  const listed = alike.flatMap((part) => part.group?.members ?? []);
  const known = new Set(team.group.members.map((member) => member.anomalyId));
  const carried = listed.filter((member) => !known.has(member.anomalyId));
  const candidate = rollout(
    input.context.vantage.segment,
    { ...team, group: { ...team.group, members: [...team.group.members, ...carried] } },
    members,
  );
  const replaces = alike.flatMap((part) => [part.id, ...part.replaces]);
  return { ...candidate, joined: parts.flatMap((part) => part.joined), replaces };
}

function openFlood(alike: readonly Candidate[], { context, live }: FloodInput): Team | undefined {
  return openTeam(deskOf(context.vantage.segment, context.endedAt, live), sharedOf(alike));
}

function sharedOf(alike: readonly Candidate[]) {
  const [first] = alike;
  if (first === undefined) throw new Error("a flood needs anomalies");
  const kind = kindOf(first);
  return { kind, from: null, to: null, subject: `${kind} in many places` };
}
