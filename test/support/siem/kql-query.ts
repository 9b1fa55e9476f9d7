import { type Kql, type KqlValue, parseKql } from "./kql.ts";

/** A query of the Elasticsearch query language. */
export type Query = { readonly [key: string]: unknown };

const ALL: Query = { match_all: {} };

/** A KQL text as Kibana would send it, without a mapping: keywords, numbers, dates and addresses all know `match`. */
export function kqlQuery(text: string): Query {
  return queryOf(parseKql(text));
}

const RANGE = { "<": "lt", "<=": "lte", ">": "gt", ">=": "gte" } as const;

function queryOf(kql: Kql): Query {
  switch (kql.op) {
    case "all":
      return ALL;
    case "and":
      return { bool: { filter: kql.parts.map(queryOf) } };
    case "or":
      return { bool: { should: kql.parts.map(queryOf), minimum_should_match: 1 } };
    case "not":
      return { bool: { must_not: [queryOf(kql.part)] } };
    case "is":
      return matching(kql.field, kql.value);
    default:
      return { range: { [kql.field]: { [RANGE[kql.op]]: plain(kql.value) } } };
  }
}

function matching(field: string, value: KqlValue | null): Query {
  if (value === null) return { exists: { field } };
  if (value.quoted) return { match_phrase: { [field]: value.text } };
  return value.text.includes("*")
    ? { query_string: { fields: [field], query: value.text.replaceAll(/([-.:/])/g, "\\$1") } }
    : { match: { [field]: plain(value) } };
}

/** `true` and `48` are a boolean and a number; in quotes they are text. */
function plain({ text, quoted }: KqlValue): string | number | boolean {
  if (quoted) return text;
  if (text === "true" || text === "false") return text === "true";
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}
