import { readFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { mappings } from "../../scripts/assets/mappings.ts";
import { describeWith } from "../support/availability.ts";
import { ask, type ElasticsearchAccess } from "../support/elasticsearch/access.ts";
import { freshNamespace } from "../support/fresh-names.ts";
import { elasticsearchForTests } from "../support/servers.ts";
import { shippedBundle } from "../support/siem/bundle.ts";
import { type ContentQuery, contentQueries } from "../support/siem/panel-queries.ts";

const examplesFile = path.join(import.meta.dirname, "../fixtures/events/contract-examples.json");
const TIME = { from: "2026-11-19T00:00:00Z", to: "2026-11-20T23:59:59Z" };

const answerShape = z.looseObject({
  _shards: z.looseObject({ failed: z.literal(0) }),
  aggregations: z.record(z.string(), z.looseObject({})).default({}),
});

const found = await elasticsearchForTests();
const queries = contentQueries(shippedBundle());

describeWith(found, "what is shipped for Kibana, on a real Elasticsearch", (server) => {
  // An index of its own: other tests fill the data streams of the same server.
  const index = `kibana-${freshNamespace()}`;

  beforeAll(async () => {
    const made = await ask(server, `PUT /${index}`, { mappings: mappings("core") });
    expect(made.status, JSON.stringify(made.body)).toBe(200);
    const examples = z.record(z.string(), z.looseObject({})).parse(JSON.parse(readFileSync(examplesFile, "utf8")));
    const lines = Object.values(examples).flatMap((document) => [{ create: {} }, document]);
    const sent = await ask(server, `POST /${index}/_bulk?refresh=true`, lines);
    expect(sent.body).toMatchObject({ errors: false });
  });

  test.each(queries)("$name is understood", async (query) => {
    const answer = await search(server, index, query);
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    expect(() => answerShape.parse(answer.body)).not.toThrow();
  });

  describe("what the panels show of the examples of the contract", () => {
    async function aggregations(name: string) {
      const query = queries.find((one) => one.name === name);
      if (query === undefined) throw new Error(`there is no ${name}`);
      return answerShape.parse((await search(server, index, query)).body).aggregations;
    }

    test("the number of alerts", async () => {
      expect(await aggregations("tripline-overview/alerts")).toMatchObject({ alerts: { value: 3 } });
    });

    test("hosts by their highest score, with the address", async () => {
      const { host } = await aggregations("tripline-overview/top-hosts");
      const rows = z.looseObject({
        buckets: z.array(z.looseObject({ key: z.string(), risk: z.object({ value: z.number() }) })),
      });
      expect(rows.parse(host).buckets.map(({ key, risk }) => [key, risk.value])).toEqual([
        ["app07.corp.example", 97],
        ["api.corp.example", 70],
        ["billing.corp.example", 64],
      ]);
    });

    test("the newest value of a vantage, and no scan in the last two hours", async () => {
      const { vantage } = await aggregations("tripline-overview/vantages");
      const hits = { hits: { hits: [{ fields: { "tripline.scan.completeness": ["partial"] } }] } };
      expect(vantage).toMatchObject({
        buckets: [{ key: "vp-dmz-west-1", completeness: { metric: hits }, recent: { doc_count: 0 } }],
      });
    });

    test("was and is of an anomaly, in one row", async () => {
      const { kind } = await aggregations("tripline-host/baseline-and-now");
      const rows = JSON.stringify(kind);
      expect(rows).toContain('"tripline.baseline.version":["9.6p1"]');
      expect(rows).toContain('"tripline.observed.version":["9.8p1"]');
    });
  });
});

async function search(server: ElasticsearchAccess, index: string, query: ContentQuery) {
  return ask(server, `POST /${index}/_search`, query.body(TIME));
}
