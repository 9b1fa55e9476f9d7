import type { Alternative, Condition, Scalar, Test } from "./condition.ts";

/** The query language of Kibana. */
export function kql({ base, any }: Condition): string {
  const [only] = any;
  const alternatives = any.map(alternativeText);
  if (any.length === 1 && only !== undefined) return [...base.map(testText), ...alternatives].join(" and ");
  return [...base.map(testText), `(${alternatives.map((text) => `(${text})`).join(" or ")})`].join(" and ");
}

function alternativeText({ all, none }: Alternative): string {
  return [...all.map(testText), ...none.map((test) => `not ${testText(test)}`)].join(" and ");
}

function testText({ field, is }: Test): string {
  if ("atLeast" in is) return `${field} >= ${is.atLeast}`;
  const values = is.oneOf.map(valueText);
  return values.length === 1 ? `${field}:${values[0]}` : `${field}:(${values.join(" or ")})`;
}

function valueText(value: Scalar): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
