import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { mappings } from "../../scripts/assets/mappings.ts";
import { matches } from "../../scripts/rules/condition.ts";
import { kql } from "../../scripts/rules/kql.ts";
import { loadRules } from "../../scripts/rules/load.ts";
import { lucene } from "../../scripts/rules/lucene.ts";
import { SAMPLES } from "../../scripts/rules/samples/catalogue.ts";
import { sampleFile } from "../../scripts/rules/samples/make.ts";
import type { Loose } from "../events/loose.ts";
import { describeWith, orFailWhereRequired } from "../support/availability.ts";
import { runCommand } from "../support/command.ts";
import { ask, type ElasticsearchAccess } from "../support/elasticsearch/access.ts";
import { freshNamespace } from "../support/fresh-names.ts";
import { pythonTools } from "../support/python.ts";
import { elasticsearchForTests } from "../support/servers.ts";
import { kqlQuery } from "../support/siem/kql-query.ts";
import { tempDir } from "../support/temp-dir.ts";

const ROOT = path.join(import.meta.dirname, "../..");
const RULES = loadRules();
const documents = [...SAMPLES.keys()].map(
  (name): Loose => JSON.parse(readFileSync(path.join(ROOT, sampleFile(name)), "utf8")),
);
const expectedOf = (rule: (typeof RULES)[number]) => documents.filter((one) => matches(one, rule.condition)).length;

const server = await elasticsearchForTests();
const python = orFailWhereRequired(await pythonTools("requirements"));
const both = server.ok ? (python.ok ? { ok: true as const, server, python: python.python } : python) : server;

/** An index of its own with every sample in it. */
async function filledIndex(at: ElasticsearchAccess): Promise<string> {
  const index = `rules-${freshNamespace()}`;
  const made = await ask(at, `PUT /${index}`, { mappings: mappings("core") });
  expect(made.status, JSON.stringify(made.body)).toBe(200);
  // Stories that begin alike have events of the same id, so the server makes its own.
  const lines = documents.flatMap((one) => [{ create: {} }, one]);
  const sent = await ask(at, `POST /${index}/_bulk?refresh=true`, lines);
  expect(sent.body).toMatchObject({ errors: false });
  return index;
}

const counted = z.object({
  hits: z.object({ total: z.object({ value: z.number() }) }),
  aggregations: z.unknown().optional(),
});

describeWith(server, "the queries of the rules, on a real Elasticsearch", (at) => {
  let index = "";
  beforeAll(async () => {
    index = await filledIndex(at);
  });

  async function search(body: object) {
    const answer = await ask(at, `POST /${index}/_search`, { size: 0, track_total_hits: true, ...body });
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    return counted.parse(answer.body);
  }

  it.each(RULES.map((rule) => [rule.slug, rule] as const))(
    "%s finds its samples, in KQL and in Lucene",
    async (_, rule) => {
      const expected = expectedOf(rule);
      expect(expected).toBeGreaterThan(1);
      const inKql = await search({ query: kqlQuery(kql(rule.condition)) });
      const inLucene = await search({ query: { query_string: { query: lucene(rule.condition) } } });
      expect([inKql, inLucene].map(({ hits }) => hits.total.value)).toEqual([expected, expected]);
    },
  );

  it("host-takeover, as the aggregation that its ES|QL stands for, finds the host with two kinds of change", async () => {
    const rule = RULES.find(({ type }) => type === "aggregate");
    if (rule?.type !== "aggregate") throw new Error("there is no aggregate rule");
    const { by, groups, at_least: atLeast } = rule.aggregate;
    const parts = Object.entries(groups).map(([name, actions]) => [
      name,
      { filter: { terms: { "event.action": actions } } },
    ]);
    const { aggregations } = await search({
      query: kqlQuery(kql(rule.condition)),
      aggs: { host: { terms: { field: by, size: 100 }, aggs: Object.fromEntries(parts) } },
    });
    const hosts = (aggregations as Loose).host.buckets as readonly Loose[];
    const taken = hosts.filter(
      (one) => Object.keys(groups).filter((name) => one[name].doc_count > 0).length >= atLeast,
    );
    const wanted = Map.groupBy(
      documents.filter((one) => matches(one, rule.condition)),
      (one) => String(one.host?.id),
    );
    const groupOf = (action: string) => Object.keys(groups).find((name) => groups[name]?.includes(action));
    const expected = [...wanted].filter(
      ([, of]) => new Set(of.map((one) => groupOf(one.event.action))).size >= atLeast,
    );
    expect(taken.map((one) => String(one.key)).toSorted()).toEqual(expected.map(([id]) => id).toSorted());
    expect(hosts.length).toBeGreaterThan(taken.length);
  });
});

describeWith(both, "the rules of ElastAlert2, against a real Elasticsearch", ({ server: at, python: program }) => {
  let index = "";
  beforeAll(async () => {
    index = await filledIndex(at);
  });

  it.each(RULES.filter(({ type }) => type === "match").map((rule) => [rule.slug, rule] as const))(
    "%s matches each of its samples, and ignores none",
    async (_, rule) => {
      const directory = tempDir();
      const text = readFileSync(path.join(ROOT, `rules/generated/elastalert/${rule.slug}.yaml`), "utf8");
      writeFileSync(path.join(directory, "rule.yaml"), text.replace(/^index: .*$/m, `index: ${index}`));
      writeFileSync(path.join(directory, "config.yaml"), configuration(at));
      const span = ["--start", "2025-11-19T00:00:00", "--end", "2025-11-24T00:00:00"];
      const args = ["-m", "elastalert.test_rule", "--config", "config.yaml", ...span, "rule.yaml"];
      const { output } = await runCommand(program, args, directory);
      expect(output).not.toContain("Ignoring match");
      const [, told = "", hits = ""] = /'matches': (\d+), 'hits': (\d+)/.exec(output) ?? [];
      expect([hits, told], output.slice(-2000)).toEqual([String(expectedOf(rule)), String(expectedOf(rule))]);
    },
  );
});

function configuration({ url, username, password }: ElasticsearchAccess): string {
  const { hostname, port } = new URL(url);
  return [
    "rules_folder: .",
    "run_every: { hours: 24 }",
    "buffer_time: { hours: 24 }",
    `es_host: ${hostname}`,
    `es_port: ${port}`,
    `es_username: ${JSON.stringify(username)}`,
    `es_password: ${JSON.stringify(password)}`,
    "writeback_index: elastalert",
    "alert_time_limit: { days: 2 }",
    "",
  ].join("\n");
}
