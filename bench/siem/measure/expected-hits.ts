import { matches } from "../../../scripts/rules/condition.ts";
import type { Rule } from "../../../scripts/rules/rule.ts";
import { type Told, documentsOf } from "../story/tell.ts";
import { burstsOf, type Moment, silentOnes, spanMs } from "./windows.ts";

/** What the sources of the rules find in the events themselves. */
export interface Expected {
  /** Time of the last event, UTC ms: what "now" is for a rule about silence. */
  readonly end: number;
  readonly hits: (rule: Rule) => number;
}

export async function expectedHits(rules: readonly Rule[], told: readonly Told[]): Promise<Expected> {
  const moments = new Map<Rule, Moment[]>(rules.map((rule) => [rule, []]));
  let end = 0;
  for await (const document of documentsOf(told)) {
    const at = Date.parse(textAt(document, "@timestamp"));
    end = Math.max(end, at);
    const fitting = [...moments].filter(([rule]) => matches(document, rule.condition));
    for (const [rule, found] of fitting) found.push({ at, ...subjectOf(rule, document) });
  }
  return { end, hits: (rule) => hitsOf(rule, moments.get(rule) ?? [], end) };
}

/** Whom a rule counts by, and what of them is counted. */
function subjectOf(rule: Rule, document: unknown): Pick<Moment, "by" | "value"> {
  switch (rule.type) {
    case "match":
      return { by: "", value: "" };
    case "threshold":
      return { by: textAt(document, rule.threshold.by), value: textAt(document, rule.threshold.distinct) };
    case "aggregate":
      return { by: textAt(document, rule.aggregate.by), value: groupOf(rule.aggregate.groups, document) };
    case "silence":
      return { by: textAt(document, rule.silence.by), value: "" };
  }
}

function groupOf(groups: Readonly<Record<string, readonly string[]>>, document: unknown): string {
  const action = textAt(document, "event.action");
  return Object.entries(groups).find(([, actions]) => actions.includes(action))?.[0] ?? "";
}

function hitsOf(rule: Rule, moments: readonly Moment[], end: number): number {
  switch (rule.type) {
    case "match":
      return moments.length;
    case "threshold":
      return burstsOf(moments, spanMs(rule.threshold.within), rule.threshold.at_least);
    case "aggregate":
      return burstsOf(moments, spanMs(rule.aggregate.within), rule.aggregate.at_least);
    case "silence":
      return silentOnes(moments, end);
  }
}

function textAt(document: unknown, field: string): string {
  const found = field
    .split(".")
    .reduce<unknown>(
      (one, key) => (typeof one === "object" && one !== null ? Reflect.get(one, key) : undefined),
      document,
    );
  return String(found);
}
