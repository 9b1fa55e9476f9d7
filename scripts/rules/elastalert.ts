import { stringify } from "yaml";
import { lucene } from "./lucene.ts";
import { minutes } from "./esql.ts";
import { pageOfRule } from "./pages.ts";
import type { Rule } from "./rule.ts";

const PRIORITY = { critical: 1, high: 2, medium: 3, low: 4 } as const;

const HEAD = [
  "# Made by `npm run assets` from rules/alerts; change it there.",
  "# `alert` is for you to fill in. Where the ingest pipeline sets event.ingested, use it as timestamp_field: then events that",
  "# were late after an outage are not missed.",
  "",
].join("\n");

/** A rule for ElastAlert2, for people without the detection engine. */
export function elastalertRule(rule: Rule): string {
  const body = {
    name: `tripline ${rule.slug}`,
    description: rule.about,
    index: rule.families.map((family) => `logs-tripline.${family}-*`).join(","),
    timestamp_field: "@timestamp",
    ...typeOf(rule),
    filter: [{ query: { query_string: { query: lucene(rule.condition) } } }],
    include: [...new Set(["message", "event.action", "event.reference", ...fieldsOf(rule)])],
    priority: PRIORITY[rule.severity],
    owner: "tripline",
    alert_subject: rule.type === "match" ? "{0}" : rule.title,
    ...(rule.type === "match" ? { alert_subject_args: ["message"] } : {}),
    alert_text: `${rule.runbook.means}\n${pageOfRule(rule.slug)}`,
    alert_text_type: "alert_text_only",
    alert: ["debug"],
  };
  return HEAD + stringify(body, { lineWidth: 0 });
}

/** Columns that only an ES|QL row has are no fields of a document. */
function fieldsOf({ fields_to_show: fields }: Rule): readonly string[] {
  return fields.filter((field) => field.includes("."));
}

/**
 * Without `realert: 0` and a key, all matches of a minute but the first would be ignored. What counts, and what is silent,
 * repeats itself: there a pause is right.
 */
function typeOf(rule: Rule): Readonly<Record<string, unknown>> {
  if (rule.type === "match") return { type: "any", realert: { minutes: 0 }, query_key: keyOf(rule) };
  if (rule.type === "silence") {
    const { by, longer_than: limit } = rule.silence;
    return {
      type: "flatline",
      threshold: 1,
      timeframe: { minutes: minutes(limit) },
      query_key: by,
      realert: { hours: 6 },
    };
  }
  const { by, within } = rule.type === "threshold" ? rule.threshold : rule.aggregate;
  const counted = {
    type: "cardinality",
    query_key: by,
    timeframe: { minutes: minutes(within) },
    realert: { minutes: minutes(within) },
  };
  if (rule.type === "threshold")
    return { ...counted, cardinality_field: rule.threshold.distinct, max_cardinality: rule.threshold.at_least - 1 };
  // It counts kinds of events and not groups of them, so it is a little wider than the rule.
  return { ...counted, cardinality_field: "event.action", max_cardinality: rule.aggregate.at_least - 1 };
}

function keyOf({ families }: Rule): string {
  return families.includes("anomaly") ? "tripline.anomaly.id" : "event.id";
}
