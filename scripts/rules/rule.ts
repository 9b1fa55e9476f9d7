import { z } from "zod";
import { isTechnique, type TechniqueId } from "../../src/domain/attack.ts";
import { fieldNamed } from "../../src/events/fields.ts";
import { type Alternative, type Condition, equals, type Scalar, type Test } from "./condition.ts";

export const FAMILIES = ["anomaly", "scan", "audit"] as const;
export type Family = (typeof FAMILIES)[number];

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const asked = z.union([scalar, z.array(scalar).min(1), z.strictObject({ at_least: z.number() })]);
const fields = z.record(z.string(), asked);
const alternative = z.looseObject({ not: fields.optional() });
const sentence = z.string().trim().regex(/\.$/, "must end with a full stop");
const sentences = z.array(sentence).min(1);
const known = z.string().refine((name) => fieldNamed(name) !== null, "is no field of the events");
const span = z.string().regex(/^\d+[mhd]$/, "is written as 90m, 24h or 7d");

/** What every rule has, whatever it compares. */
const common = z.strictObject({
  id: z.uuid(),
  slug: z.string().regex(/^[a-z][a-z0-9-]+$/),
  title: z.string().max(60),
  version: z.int().min(1),
  about: sentence,
  family: z.union([z.enum(FAMILIES), z.array(z.enum(FAMILIES)).min(2)]),
  severity: z.enum(["low", "medium", "high", "critical"]),
  /** False: always as serious as it says here, whatever the event says. */
  severity_from_event: z.boolean().default(true),
  attack: z.array(z.string().refine(isTechnique, "is not in src/domain/attack.ts")),
  fields_to_show: z.array(z.string()).min(2).max(20),
  runbook: z.strictObject({
    means: sentence,
    investigate: sentences,
    false_positives: sentences,
    respond: sentences,
    blind_spots: sentences,
    setup: sentence,
  }),
  samples: z.strictObject({ match: z.array(z.string()).min(2), no_match: z.array(z.string()).min(2) }),
});

const when = z.union([alternative, z.array(alternative).min(2)]);
const threshold = z.strictObject({ by: known, distinct: known, at_least: z.int().min(2), within: span });
const groups = z.record(z.string(), z.array(z.string()).min(1));
const aggregate = z.strictObject({ by: known, at_least: z.int().min(2), within: span, groups });
const silence = z.strictObject({ by: known, longer_than: span, known_for: span });

/** One file of rules/alerts. */
export const RULE_FILE = z.discriminatedUnion("type", [
  z.strictObject({ ...common.shape, type: z.literal("match"), when }),
  z.strictObject({ ...common.shape, type: z.literal("threshold"), when, threshold }),
  z.strictObject({ ...common.shape, type: z.literal("aggregate"), aggregate }),
  z.strictObject({ ...common.shape, type: z.literal("silence"), when, silence }),
]);

type RuleFile = z.infer<typeof RULE_FILE>;

/** A rule as the generators take it: its file, with its condition worked out. */
export type Rule = RuleFile & {
  readonly families: readonly Family[];
  readonly condition: Condition;
  readonly techniques: readonly TechniqueId[];
};

export function ruleOf(file: RuleFile): Rule {
  const families = [file.family].flat();
  return { ...file, families, condition: conditionOf(file, families), techniques: file.attack.filter(isTechnique) };
}

/**
 * Rules about anomalies take what is notable and not only `event.kind: alert`: a specific rule may look below the level from
 * which everything alerts.
 */
function conditionOf(file: RuleFile, families: readonly Family[]): Condition {
  const dataset = equals("data_stream.dataset", ...families.map((family) => `tripline.${family}`));
  const notable = families.includes("anomaly") ? [equals("tripline.anomaly.notable", true)] : [];
  return { base: [dataset, ...notable], any: alternativesOf(file) };
}

function alternativesOf(file: RuleFile): readonly Alternative[] {
  if (file.type !== "aggregate") return [file.when].flat().map(alternativeOf);
  return [{ all: [equals("event.action", ...Object.values(file.aggregate.groups).flat())], none: [] }];
}

function alternativeOf({ not = {}, ...all }: z.infer<typeof alternative>): Alternative {
  return { all: testsOf(fields.parse(all)), none: testsOf(not) };
}

function testsOf(named: z.infer<typeof fields>): readonly Test[] {
  return Object.entries(named).map(([field, value]) => {
    if (typeof value === "object" && "at_least" in value) return { field, is: { atLeast: value.at_least } };
    return { field, is: { oneOf: [value].flat() satisfies readonly Scalar[] } };
  });
}
