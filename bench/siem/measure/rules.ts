import { readFileSync } from "node:fs";
import { z } from "zod";
import { matches } from "../../../scripts/rules/condition.ts";
import { loadRules } from "../../../scripts/rules/load.ts";
import type { Rule } from "../../../scripts/rules/rule.ts";
import { kqlQuery, type Query } from "../../../test/support/siem/kql-query.ts";
import type { Search } from "../servers/search.ts";
import type { Told } from "../story/tell.ts";
import { bucketsOf } from "./documents.ts";
import { equal, type Line } from "./lines.ts";
import { burstsOf, type Moment, spanMs } from "./windows.ts";

const SHIPPED = new URL("../../../rules/generated/elastic/tripline-rules.ndjson", import.meta.url);
const INDEX = "logs-tripline.*";

/** Each rule of the pack: what its source finds in the events, and what its shipped query finds on the server. */
export async function ruleLines(search: Search, told: readonly Told[]): Promise<readonly Line[]> {
  const rules = loadRules();
  const shipped = shippedQueries();
  const expected = await expectedHits(rules, told);
  const lines: Line[] = [];
  for (const rule of rules) {
    const seen = await seenHits(search, rule, shipped.get(rule.id), expected.end);
    const line = equal(`${rule.title} (\`${rule.slug}\`)`, expected.hits(rule), seen);
    lines.push(seen > 0 || SILENT.includes(rule.slug) ? line : { ...line, met: false });
  }
  return lines;
}

/** What does not happen in the story. */
const SILENT: readonly string[] = [];

const ruleShape = z.looseObject({ rule_id: z.string(), language: z.string(), query: z.string() });

/** Text of the query by the id of the rule, for those in KQL. */
function shippedQueries(): ReadonlyMap<string, string> {
  const lines = readFileSync(SHIPPED, "utf8").trim().split("\n");
  const rules = lines.flatMap((line) => ruleShape.safeParse(JSON.parse(line)).data ?? []);
  return new Map(rules.filter(({ language }) => language === "kuery").map(({ rule_id, query }) => [rule_id, query]));
}

interface Expected {
  /** Time of the last event, UTC ms: what "now" is for a rule about silence. */
  readonly end: number;
  readonly hits: (rule: Rule) => number;
}

async function expectedHits(rules: readonly Rule[], told: readonly Told[]): Promise<Expected> {
  const moments = new Map<Rule, Moment[]>(rules.map((rule) => [rule, []]));
  let end = 0;
  for (const { rows } of told) {
    for await (const { body } of rows()) {
      const document: unknown = JSON.parse(body);
      const at = Date.parse(String(valueAt(document, "@timestamp")));
      end = Math.max(end, at);
      for (const [rule, found] of moments)
        if (matches(document, rule.condition)) found.push({ at, ...subjectOf(rule, document) });
    }
  }
  return { end, hits: (rule) => hitsOf(rule, moments.get(rule) ?? [], end) };
}

/** Whom a rule counts by, and what of them is counted. */
function subjectOf(rule: Rule, document: unknown): Pick<Moment, "by" | "value"> {
  const text = (field: string) => String(valueAt(document, field));
  switch (rule.type) {
    case "match":
      return { by: "", value: "" };
    case "threshold":
      return { by: text(rule.threshold.by), value: text(rule.threshold.distinct) };
    case "aggregate":
      return { by: text(rule.aggregate.by), value: groupOf(rule.aggregate.groups, text("event.action")) };
    case "silence":
      return { by: text(rule.silence.by), value: "" };
  }
}

function groupOf(groups: Readonly<Record<string, readonly string[]>>, action: string): string {
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
      return silentOnes(moments, end - LEAST_SILENCE_MS);
  }
}

/** The story scans four times a day: silent is who missed two scans. */
const LEAST_SILENCE_MS = 13 * 3_600_000;

function silentOnes(moments: readonly Moment[], since: number): number {
  const byName = Map.groupBy(moments, ({ by }) => by);
  return [...byName.values()].filter((all) => Math.max(...all.map(({ at }) => at)) < since).length;
}

async function seenHits(search: Search, rule: Rule, kql: string | undefined, end: number): Promise<number> {
  const query = kql === undefined ? conditionQuery(rule) : kqlQuery(kql);
  switch (rule.type) {
    case "match":
      return search.count(INDEX, query);
    case "threshold": {
      const { by, distinct, at_least: least, within } = rule.threshold;
      return inSteps(search, { query, by, within, least, inner: { cardinality: { field: distinct } } });
    }
    case "aggregate": {
      const { by, at_least: least, within, groups } = rule.aggregate;
      const filters = Object.fromEntries(
        Object.entries(groups).map(([name, actions]) => [name, { terms: { "event.action": actions } }]),
      );
      return inSteps(search, { query, by, within, least, inner: { filters: { filters } } });
    }
    case "silence": {
      const aggs = {
        who: { terms: { field: rule.silence.by, size: 1000 }, aggs: { last: { max: { field: "@timestamp" } } } },
      };
      const answer = await search.search(INDEX, { size: 0, query, aggs });
      const last = bucketsOf(answer, "who").map((bucket) => Number(Object(bucket["last"]).value));
      return last.filter((at) => at < end - LEAST_SILENCE_MS).length;
    }
  }
}

/** For rules that are shipped in ES|QL only, which the slim server does not have: the same conditions as a query. */
function conditionQuery({ condition: { base, any } }: Rule): Query {
  const test = ({ field, is }: (typeof base)[number]): Query =>
    "atLeast" in is ? { range: { [field]: { gte: is.atLeast } } } : { terms: { [field]: is.oneOf } };
  const alternatives = any.map(({ all, none }) => ({ bool: { filter: all.map(test), must_not: none.map(test) } }));
  return { bool: { filter: [...base.map(test), { bool: { should: alternatives, minimum_should_match: 1 } }] } };
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
  return bucketsOf(answer, "who").filter((who) =>
    bucketsOf(who, "steps").some((step) => sizeOf(step["inner"]) >= least),
  ).length;
}

/** A number of different values, or how many filters found something. */
function sizeOf(aggregation: unknown): number {
  const { value, buckets } = aggregation as {
    readonly value?: number;
    readonly buckets?: Record<string, { doc_count: number }>;
  };
  return value ?? Object.values(buckets ?? {}).filter(({ doc_count: n }) => n > 0).length;
}

function valueAt(value: unknown, field: string): unknown {
  return field
    .split(".")
    .reduce<unknown>(
      (one, key) => (typeof one === "object" && one !== null ? Reflect.get(one, key) : undefined),
      value,
    );
}
