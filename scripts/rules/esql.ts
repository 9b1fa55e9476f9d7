import type { Rule } from "./rule.ts";

type Of<Type extends Rule["type"]> = Extract<Rule, { readonly type: Type }>;

/** How often an ES|QL rule runs, and how far back the newest event of what it tells may be. */
export const ESQL_EVERY = "15m";
const NEWEST = "16 minutes";

/**
 * Rows that count something make an alert in every run. So a row is only reported while the event that completed it is new.
 * `first` and `last` are words of the language, hence `first_at`.
 */
export function aggregateEsql({ aggregate }: Of<"aggregate">): string {
  const { by, at_least: atLeast, within, groups } = aggregate;
  const names = Object.entries(groups);
  const cases = names.slice(0, -1).map(([name, actions]) => `event.action IN (${list(actions)}), "${name}"`);
  return [
    "FROM logs-tripline.anomaly-*",
    `| WHERE @timestamp >= NOW() - ${spanText(within)} AND tripline.anomaly.notable == true`,
    `    AND event.action IN (${list(Object.values(groups).flat())})`,
    `| EVAL part = CASE(${cases.join(", ")}, "${names.at(-1)?.[0] ?? ""}")`,
    "| STATS parts = COUNT_DISTINCT(part), kinds = VALUES(event.action), score = MAX(event.risk_score),",
    `    first_at = MIN(@timestamp), last_at = MAX(@timestamp), newest_at = MAX(event.ingested) BY ${by}, host.name`,
    `| WHERE parts >= ${atLeast} AND newest_at >= NOW() - ${NEWEST}`,
    `| KEEP ${by}, host.name, parts, kinds, score, first_at, last_at`,
  ].join("\n");
}

/** Told twice, when a sensor became silent; after that it is known. */
export function silenceEsql({ silence, condition }: Of<"silence">): string {
  const actions = condition.any.flatMap(({ all }) => all.flatMap(({ is }) => ("oneOf" in is ? is.oneOf : [])));
  const limit = minutes(silence.longer_than);
  return [
    "FROM logs-tripline.scan-*",
    `| WHERE @timestamp >= NOW() - ${spanText(silence.known_for)} AND event.action IN (${list(actions.map(String))})`,
    `| STATS last_at = MAX(@timestamp) BY ${silence.by}`,
    '| EVAL silent_min = DATE_DIFF("minutes", last_at, NOW())',
    `| WHERE silent_min >= ${limit} AND silent_min < ${limit + 2 * minutes(ESQL_EVERY)}`,
    `| KEEP ${silence.by}, last_at, silent_min`,
  ].join("\n");
}

/** `90m`, `24h`, `7d` in minutes. */
export function minutes(span: string): number {
  const per = { m: 1, h: 60, d: 1440 }[span.slice(-1)] ?? 0;
  return Number(span.slice(0, -1)) * per;
}

function spanText(span: string): string {
  const unit = { m: "minutes", h: "hours", d: "days" }[span.slice(-1)] ?? "";
  return `${span.slice(0, -1)} ${unit}`;
}

function list(values: readonly string[]): string {
  return values.map((value) => JSON.stringify(value)).join(", ");
}
