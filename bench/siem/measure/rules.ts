import { readFileSync } from "node:fs";
import { z } from "zod";
import { loadRules } from "../../../scripts/rules/load.ts";
import type { Rule } from "../../../scripts/rules/rule.ts";
import { kqlQuery, type Query } from "../../../test/support/siem/kql-query.ts";
import type { Search } from "../servers/search.ts";
import type { Told } from "../story/tell.ts";
import { bucketsOf } from "./documents.ts";
import { expectedHits } from "./expected-hits.ts";
import { equal, type Line } from "./lines.ts";
import { isSilent } from "./windows.ts";

const SHIPPED = new URL("../../../rules/generated/elastic/tripline-rules.ndjson", import.meta.url);
const INDEX = "logs-tripline.*";

/** Each rule of the pack: what its source finds in the events, and what its shipped query finds on the server. At least one. */
export async function ruleLines(search: Search, told: readonly Told[]): Promise<readonly Line[]> {
  const rules = loadRules();
  const shipped = shippedQueries();
  const { end, hits } = await expectedHits(rules, told);
  const lines: Line[] = [];
  for (const rule of rules) {
    const kql = shipped.get(rule.id);
    const query = kql === undefined ? conditionQuery(rule) : kqlQuery(kql);
    const seen = await seenHits(search, rule, { query, end });
    const line = equal(`${rule.title} (\`${rule.slug}\`)`, hits(rule), seen);
    lines.push({ ...line, met: line.met && seen > 0 });
  }
  return lines;
}

const ruleShape = z.looseObject({ rule_id: z.string(), language: z.string(), query: z.string() });

/** Text of the query by the id of the rule, for those in KQL. */
function shippedQueries(): ReadonlyMap<string, string> {
  const lines = readFileSync(SHIPPED, "utf8").trim().split("\n");
  const rules = lines.flatMap((line) => ruleShape.safeParse(JSON.parse(line)).data ?? []);
  return new Map(rules.filter(({ language }) => language === "kuery").map(({ rule_id, query }) => [rule_id, query]));
}

/** For rules that are shipped in ES|QL only, which the slim server does not have: the same conditions as a query. */
function conditionQuery({ condition: { base, any } }: Rule): Query {
  const test = ({ field, is }: (typeof base)[number]): Query =>
    "atLeast" in is ? { range: { [field]: { gte: is.atLeast } } } : { terms: { [field]: is.oneOf } };
  const alternatives = any.map(({ all, none }) => ({ bool: { filter: all.map(test), must_not: none.map(test) } }));
  return { bool: { filter: [...base.map(test), { bool: { should: alternatives, minimum_should_match: 1 } }] } };
}

interface Asked {
  readonly query: Query;
  readonly end: number;
}

function seenHits(search: Search, rule: Rule, { query, end }: Asked): Promise<number> {
  switch (rule.type) {
    case "match":
      return search.count(INDEX, query);
    case "threshold": {
      const { by, distinct, at_least: least, within } = rule.threshold;
      return inSteps(search, { query, by, within, least, inner: { cardinality: { field: distinct } } });
    }
    case "aggregate": {
      const { by, at_least: least, within, groups } = rule.aggregate;
      const named = Object.entries(groups).map(([name, actions]) => [name, { terms: { "event.action": actions } }]);
      return inSteps(search, { query, by, within, least, inner: { filters: { filters: Object.fromEntries(named) } } });
    }
    case "silence":
      return silent(search, { query, by: rule.silence.by, end });
  }
}

interface Steps {
  readonly query: Query;
  readonly by: string;
  readonly within: string;
  readonly least: number;
  readonly inner: Query;
}

/** How many have, in one of the fixed steps of time, enough of what `inner` counts. */
async function inSteps(search: Search, { query, by, within, least, inner }: Steps): Promise<number> {
  const steps = { date_histogram: { field: "@timestamp", fixed_interval: within, min_doc_count: 1 }, aggs: { inner } };
  const aggs = { who: { terms: { field: by, size: 10_000 }, aggs: { steps } } };
  const answer = await search.search(INDEX, { size: 0, query, aggs });
  const enough = (step: Readonly<Record<string, unknown>>) => sizeOf(step["inner"]) >= least;
  return bucketsOf(answer, "who").filter((who) => bucketsOf(who, "steps").some(enough)).length;
}

const sized = z.looseObject({
  value: z.number().optional(),
  buckets: z.record(z.string(), z.looseObject({ doc_count: z.number() })).default({}),
});

/** A number of different values, or how many filters found something. */
function sizeOf(aggregation: unknown): number {
  const { value, buckets } = sized.parse(aggregation);
  return value ?? Object.values(buckets).filter(({ doc_count: n }) => n > 0).length;
}

/** Whose last document is too old. */
async function silent(search: Search, { query, by, end }: Asked & { readonly by: string }): Promise<number> {
  const aggs = { who: { terms: { field: by, size: 1000 }, aggs: { last: { max: { field: "@timestamp" } } } } };
  const answer = await search.search(INDEX, { size: 0, query, aggs });
  return bucketsOf(answer, "who").filter((who) => isSilent(sizeOf(who["last"]), end)).length;
}
