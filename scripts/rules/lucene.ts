import type { Alternative, Condition, Scalar, Test } from "./condition.ts";

/** The language of `query_string`, which Elasticsearch, OpenSearch and ElastAlert2 read. */
export function lucene({ base, any }: Condition): string {
  const alternatives = any.map(alternativeText);
  const last = alternatives.length === 1 ? alternatives : [`(${alternatives.map((text) => `(${text})`).join(" OR ")})`];
  return [...base.map(testText), ...last].join(" AND ");
}

function alternativeText({ all, none }: Alternative): string {
  return [...all.map(testText), ...none.map((test) => `NOT ${testText(test)}`)].join(" AND ");
}

function testText({ field, is }: Test): string {
  if ("atLeast" in is) return `${field}:>=${is.atLeast}`;
  const values = is.oneOf.map(valueText);
  return values.length === 1 ? `${field}:${values[0]}` : `${field}:(${values.join(" OR ")})`;
}

function valueText(value: Scalar): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
