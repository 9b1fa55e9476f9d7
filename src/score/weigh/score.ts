import { answeredService } from "../../domain/answered-service.ts";
import { bandOf, SCORE_PARTS, type Score, type ScorePart } from "../../domain/anomaly.ts";
import type { Deviation } from "../../domain/deviation.ts";
import type { ExposureClass } from "../../domain/facts.ts";
import { classifyExposure, listenerOf } from "./exposure.ts";
import { type Rarity, rarityOf } from "./rarity.ts";
import type { Rates } from "./rates.ts";
import type { RoleRule, ScoringRules } from "./rules.ts";
import { filePlace, withArticle } from "../../domain/words.ts";

export interface ScoreInput {
  readonly rules: ScoringRules;
  /** What the segment, the peers and the host itself lead one to expect. */
  readonly rates: Rates;
  readonly tags: readonly string[];
  /** Independent other changes on the same host in this cycle. */
  readonly corroborating: number;
  readonly vantageClosed: boolean;
  /**
   * Score of the same anomaly as last reported. Its rarity stays: a change does not become normal by lasting, nor rarer
   * because the history before it is recounted.
   */
  readonly former?: Score | null;
}

interface Part {
  readonly points: number;
  readonly why: string;
}

/**
 * The six named parts of a deviation; they add up to the value exactly. A mute takes nothing away: a muted anomaly keeps
 * its severity. The sum is rounded once, before the band is chosen; the remainder of rounding is in the rarity, and
 * what a ceiling cuts off is in the context. What stands for many ports counts as the highest of them.
 * All points are whole.
 */
export function scoreDeviation(deviation: Deviation, input: ScoreInput): Score {
  const { members = [] } = deviation;
  if (members.length === 0) return scoreOne(deviation, input);
  return members
    .map((member) => scoreOne(member, input))
    .reduce((best, score) => (score.value > best.value ? score : best));
}

function scoreOne(deviation: Deviation, input: ScoreInput): Score {
  const rarity = formerRarity(input.former ?? null) ?? rarityOf(deviation, input.rules, input.rates);
  const exposure = exposurePart(deviation, input);
  const fixed: readonly Part[] = [
    exposure,
    declarationPart(deviation, input.rules),
    criticalityPart(input.tags, input.rules),
    corroborationPart(input),
  ];
  const ceiling = ceilingOf(deviation, input.rules);
  const sum = balance({
    rarity: rarity.points,
    fixed: fixed.map((p) => p.points),
    ceiling: ceiling.points,
  });
  const context = { points: sum.context, why: sum.cut ? ceiling.why : "nothing lowers it" };
  const parts = [{ points: sum.rarity, why: rarity.why }, ...fixed, context];
  return {
    value: sum.value,
    band: bandOf(sum.value),
    bits: rarity.bits === null ? null : Math.round(rarity.bits * 10) / 10,
    parts: SCORE_PARTS.map((name, i) => named(name, parts[i])),
    exposure: exposure.class,
  };
}

function formerRarity(former: Score | null): Rarity | null {
  const part = former?.parts.find((p) => p.name === "rarity");
  return former === null || part === undefined ? null : { bits: former.bits, points: part.points, why: part.why };
}

function named(name: ScorePart, part: Part | undefined): Score["parts"][number] {
  return { name, points: part?.points ?? 0, why: part?.why ?? "" };
}

interface Sum {
  readonly value: number;
  readonly rarity: number;
  readonly context: number;
  readonly cut: boolean;
}

interface Raw {
  readonly rarity: number;
  readonly fixed: readonly number[];
  readonly ceiling: number;
}

/** Rounds the sum and hands the remainder out, so that adding the parts from left to right gives the value again. */
export function balance({ rarity, fixed, ceiling }: Raw): Sum {
  const base = fixed.reduce((a, b) => a + b, 0);
  const rounded = Math.round(rarity + base);
  const value = Math.max(0, Math.min(ceiling, rounded));
  const whole = Math.round(rarity);
  const left = value - base - whole;
  const cut = rounded > ceiling;
  return left < 0 ? { value, rarity: whole, context: left, cut } : { value, rarity: whole + left, context: 0, cut };
}

function exposurePart(deviation: Deviation, input: ScoreInput): Part & { readonly class: ExposureClass | null } {
  const { rules } = input;
  const rule = rules.kinds[deviation.kind];
  const lost = roleRule(deviation, rules);
  if (lost !== null) return { ...lossPart(deviation, lost, input.former ?? null), class: null };
  const closed = input.vantageClosed || deviation.closedSegment;
  if (closed && rule.exposure_closed !== undefined) {
    return { points: rule.exposure_closed, why: "a stranger in a closed segment", class: null };
  }
  if (typeof rule.exposure === "number") return { points: rule.exposure, why: fixedWhy(deviation), class: null };
  if (rule.exposure === undefined || deviation.port === null) {
    return { points: 0, why: "the change opens nothing by itself", class: null };
  }
  const found = classifyExposure(listenerOf(deviation.port.number, deviation.after), rules).class;
  const open = deviation.reasons.includes("unauthenticated");
  const all = rules.exposure.classes[found].points + (open ? rules.exposure.unauthenticated : 0);
  const points = Math.round(all * (rule.exposure_share ?? 1));
  const service = answeredService(deviation.after);
  const what = `${EXPOSURE_WORDS[found]}${service === null ? "" : ` (${service})`}`;
  return { points, why: open ? `${what} without authentication` : what, class: found };
}

function fixedWhy({ port }: Deviation): string {
  return port === null ? "another machine inside the segment" : "whoever connects controls the machine";
}

function roleRule({ kind, role }: Deviation, rules: ScoringRules): RoleRule | null {
  return role === undefined ? null : (rules.kinds[kind].by_role?.[role] ?? null);
}

/** A role may be seen otherwise once the host is gone; what was reported stays. */
function lossPart(deviation: Deviation, { points }: RoleRule, former: Score | null): Part {
  const reported = former?.parts.find((part) => part.name === "exposure");
  if (reported !== undefined) return reported;
  const known = deviation.role !== undefined && deviation.role !== "unknown";
  return { points, why: known ? `the host is ${roleText(deviation)}` : "what the host is for is not known" };
}

function roleText({ role = "unknown" }: Deviation): string {
  if (role === "unknown") return "a host of no known role";
  return withArticle(role === "iot" ? "device" : role.replace("kubernetes-node", "Kubernetes node"));
}

const EXPOSURE_WORDS: Readonly<Record<ExposureClass, string>> = {
  "remote-admin": "remote administration",
  "data-store": "data store",
  "control-plane": "control plane",
  "proxy-tunnel": "open proxy or tunnel",
  "remote-access-tool": "remote access tool",
  web: "web service",
  mail: "mail service",
  file: "file service",
  other: "ordinary service",
  unknown: "unidentified service",
};

function declarationPart({ declared }: Deviation, rules: ScoringRules): Part {
  if (declared === null) return { points: 0, why: "no declaration mentions it" };
  if (declared.severity === null) return { points: 0, why: `declarations say: ${declared.verdict}` };
  const place = declared.source === null ? "" : `, ${filePlace(declared.source)}`;
  return { points: rules.declaration[declared.severity], why: `${declared.verdict}, ${declared.severity}${place}` };
}

function criticalityPart(tags: readonly string[], rules: ScoringRules): Part {
  const weigh = (tag: string) => (Object.hasOwn(rules.criticality, tag) ? (rules.criticality[tag] ?? 0) : 0);
  const highest = tags.toSorted((a, b) => weigh(b) - weigh(a))[0];
  if (highest === undefined || weigh(highest) === 0) return { points: 0, why: "no tag raises it" };
  return { points: weigh(highest), why: `tag ${highest}` };
}

function corroborationPart({ corroborating, rules }: ScoreInput): Part {
  if (corroborating <= 0) return { points: 0, why: "no other change on the same host" };
  const points = Math.min(corroborating * rules.corroboration.each, rules.corroboration.most);
  return { points, why: `${corroborating} independent other change${corroborating === 1 ? "" : "s"} on the same host` };
}

function ceilingOf(deviation: Deviation, rules: ScoringRules): Part {
  const { expected_at_most: low } = rules.context;
  if (deviation.declared?.verdict === "as-declared") return { points: low, why: `declared that way, at most ${low}` };
  if (deviation.informational) return { points: low, why: `informational, at most ${low}` };
  const lost = roleRule(deviation, rules);
  if (lost !== null) {
    return { points: lost.at_most, why: `${deviation.kind} of ${roleText(deviation)} is at most ${lost.at_most}` };
  }
  const most = rules.kinds[deviation.kind].at_most;
  return most === undefined
    ? { points: 100, why: "the scale ends at 100" }
    : { points: most, why: `${deviation.kind} is at most ${most}` };
}
