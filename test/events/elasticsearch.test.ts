import { readFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, expect, test } from "vitest";
import { siemAssets } from "../../scripts/assets/elasticsearch.ts";
import { EVENT_FAMILIES } from "../../src/domain/event.ts";
import { FIELDS } from "../../src/events/fields.ts";
import { describeWith } from "../support/availability.ts";
import { ask, type ElasticsearchAccess } from "../support/elasticsearch/access.ts";
import { searchStream } from "../support/elasticsearch/search-stream.ts";
import { freshNamespace } from "../support/fresh-names.ts";
import { elasticsearchForTests } from "../support/servers.ts";
import { encodeCycle } from "./checked.ts";
import { type Loose, read } from "./loose.ts";
import { context, cycle, step } from "./samples.ts";

const examplesFile = path.join(import.meta.dirname, "../fixtures/events/contract-examples.json");

/** Under names and patterns of its own: other tests install the real ones on the same server. */
async function installFor(server: ElasticsearchAccess, namespace: string): Promise<void> {
  const assets = siemAssets();
  const put = async (target: string, body: Loose) => {
    const answer = await ask(server, `PUT ${target}` as `PUT /${string}`, body);
    expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 200 });
  };
  const mine = (name: string) => name.replace(/^tripline@/, `${namespace}@`);
  for (const name of ["tripline@mappings", "tripline@settings"]) {
    await put(`/_component_template/${mine(name)}`, assets.get(`elasticsearch/core/component/${name}.json`));
  }
  for (const family of EVENT_FAMILIES) {
    const template: Loose = assets.get(`elasticsearch/core/index/logs-tripline.${family}.json`);
    const patterns = [`logs-tripline.${family}-${namespace}`];
    const composed = { composed_of: template.composed_of.map(mine), index_patterns: patterns, priority: 900 };
    await put(`/_index_template/${namespace}-${family}`, { ...template, ...composed });
  }
}

function stream(family: string, namespace: string): string {
  return `logs-tripline.${family}-${namespace}`;
}

/** What a sink does: one create per document under its own id. */
async function create(server: ElasticsearchAccess, documents: readonly Loose[]): Promise<readonly number[]> {
  const lines = documents.flatMap((document) => {
    const { dataset, namespace } = document.data_stream;
    return [{ create: { _index: `logs-${dataset}-${namespace}`, _id: document.event.id } }, document];
  });
  const answer: Loose = (await ask(server, "POST /_bulk", lines)).body;
  return answer.items.map((item: Loose) => item.create.status);
}

const found = await elasticsearchForTests();

describeWith(found, "a real Elasticsearch with the core profile", (server) => {
  const namespace = freshNamespace();
  const examples: Loose[] = Object.values(JSON.parse(readFileSync(examplesFile, "utf8")));
  const encoded = encodeCycle(cycle({ context: context({ namespace }), steps: [step()] })).map((e) => read(e.body));
  const documents: Loose[] = [
    ...examples.map((example) => ({ ...example, data_stream: { ...example.data_stream, namespace } })),
    ...encoded,
  ];

  beforeAll(async () => installFor(server, namespace));

  test("takes every example of the contract and every event of a cycle", async () => {
    expect(await create(server, documents)).toEqual(documents.map(() => 201));
    const stored = await searchStream(server, stream("*", namespace));
    expect(stored.map((document) => document.id).toSorted()).toEqual(
      documents.map((d) => String(d.event.id)).toSorted(),
    );
  });

  test("answers 409 to each of them when it is sent again", async () => {
    expect(await create(server, documents)).toEqual(documents.map(() => 409));
  });

  test("left no value out of the index", async () => {
    const query = { query: { exists: { field: "_ignored" } } };
    const answer: Loose = (await ask(server, `POST /${stream("*", namespace)}/_search`, query)).body;
    expect(answer.hits.hits).toEqual([]);
  });

  test("added no field to the mapping but labels", async () => {
    const answer: Loose = (await ask(server, `GET /${stream("*", namespace)}/_mapping`)).body;
    const known = new Set(FIELDS.map((field) => field.name));
    for (const index of Object.values<Loose>(answer)) {
      const added = leafNames(index.mappings.properties).filter(
        (name) => !known.has(name) && !name.startsWith("labels."),
      );
      expect(added).toEqual([]);
    }
  });

  test("refuses a wrong type instead of losing the value", async () => {
    const wrong = structuredClone(documents[0]);
    wrong.event.id = "z".repeat(26);
    wrong.server.port = "https";
    expect(await create(server, [wrong])).toEqual([400]);
  });

  test("finds an alert by what an analyst would ask", async () => {
    const filter = [
      { term: { "event.kind": "alert" } },
      { range: { "event.risk_score": { gte: 48 } } },
      { term: { "host.ip": "10.20.30.0/24" } },
      { term: { "destination.port": 4444 } },
      { term: { "labels.site": "west" } },
    ];
    const answer: Loose = (
      await ask(server, `POST /${stream("anomaly", namespace)}/_search`, { query: { bool: { filter } } })
    ).body;
    expect(answer.hits.hits.map((hit: Loose) => hit._source.event.action)).toEqual(["port-opened", "port-opened"]);
  });
});

function leafNames(properties: Loose, prefix = ""): readonly string[] {
  return Object.entries<Loose>(properties).flatMap(([key, value]) => {
    return value.properties === undefined ? [prefix + key] : leafNames(value.properties, `${prefix}${key}.`);
  });
}
