import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { generatedFiles } from "../../scripts/assets/all.ts";
import { jsonSchema } from "../../scripts/assets/json-schema.ts";
import { mappings } from "../../scripts/assets/mappings.ts";
import { RESERVED } from "../../src/events/field-table/reserved.ts";
import { FIELDS } from "../../src/events/fields.ts";
import { tableProblems } from "../support/ecs-check.ts";
import { encodeCycle } from "./checked.ts";
import type { Loose } from "./loose.ts";
import { cycle, step } from "./samples.ts";

const root = path.join(import.meta.dirname, "../..");
const files = generatedFiles();

function asset(file: string): Loose {
  return JSON.parse(files.get(path.posix.join("config/elasticsearch", file)) ?? "null");
}

/** Every dotted leaf of a mapping with its definition. */
function leavesOf(properties: Record<string, Loose>, prefix = ""): readonly (readonly [string, Loose])[] {
  return Object.entries(properties).flatMap(([key, value]) => {
    const name = prefix + key;
    return value.properties === undefined ? [[name, value] as const] : leavesOf(value.properties, `${name}.`);
  });
}

describe("the field table", () => {
  test("agrees with ECS 9.4.0 in name, type and array", () => {
    expect(tableProblems()).toEqual([]);
  });

  test("has each name once, and no name that is also an object", () => {
    const names = FIELDS.map((field) => field.name);
    expect(new Set(names).size).toBe(names.length);
    const objects = names.filter((name) => names.some((other) => other.startsWith(`${name}.`)));
    expect(objects).toEqual([]);
  });

  test("has the same facts under baseline and observed", () => {
    const under = (side: string) =>
      FIELDS.filter((f) => f.name.startsWith(`tripline.${side}.`)).map((f) => f.name.split(".")[2]);
    const facts = under("baseline").filter(
      (leaf) => !["mature", "scans", "first_seen", "last_seen"].includes(leaf ?? ""),
    );
    expect(under("observed")).toEqual(expect.arrayContaining(facts));
  });

  test("reserves only what it has", () => {
    const unknown = Object.keys(RESERVED).filter(
      (own) => !FIELDS.some(({ name }) => name === own || (own.endsWith(".") && name.startsWith(own))),
    );
    expect(unknown).toEqual([]);
  });

  test("allows no keyword that Lucene would refuse or the index would leave out", () => {
    for (const field of FIELDS) expect(field.maxBytes ?? 0, field.name).toBeLessThanOrEqual(8191);
  });
});

describe("committed files", () => {
  test.each([...files.keys()])("%s is what `npm run assets` writes", (file) => {
    const target = path.join(root, file);
    expect(existsSync(target), `${file} is missing: npm run assets`).toBe(true);
    expect(readFileSync(target, "utf8") === files.get(file), `${file} is stale: npm run assets`).toBe(true);
  });
});

describe.each(["standard", "core", "opensearch"] as const)("mapping, profile %s", (profile) => {
  const leaves = new Map(leavesOf(mappings(profile)["properties"] as Record<string, Loose>));

  test("maps every field of the table, and stays below the limit of 1,000", () => {
    expect([...leaves.keys()].toSorted()).toEqual(FIELDS.map((field) => field.name).toSorted());
    expect(leaves.size).toBeLessThan(500);
  });

  test("leaves no accepted value out of the index", () => {
    for (const field of FIELDS) {
      const limit = leaves.get(field.name)?.ignore_above;
      if (limit !== undefined) expect(limit, field.name).toBeGreaterThanOrEqual(field.maxBytes ?? 0);
    }
  });

  test("closes our own object, so that a forgotten leaf is found", () => {
    const folder = profile === "opensearch" ? "../opensearch" : profile;
    expect(asset(`${folder}/component/tripline@mappings.json`).template.mappings.properties.tripline.dynamic).toBe(
      false,
    );
  });
});

describe("Elasticsearch assets", () => {
  test("the core profile uses only types that a server without x-pack knows", () => {
    const leaves = leavesOf(mappings("core")["properties"] as Record<string, Loose>);
    const types = new Set(leaves.map(([, leaf]) => String(leaf.type)));
    expect([...types].toSorted()).toEqual(
      ["boolean", "date", "flattened", "float", "ip", "keyword", "long", "object", "text"].toSorted(),
    );
  });

  test.each(["standard", "core"])("%s never loses a wrong value silently", (profile) => {
    const { index } = asset(`${profile}/component/tripline@settings.json`).template.settings;
    expect(index.mode).toBe("logsdb");
    expect(index.mapping.ignore_malformed).toBe(false);
    expect(index.default_pipeline).toBe(profile === "core" ? undefined : "logs-tripline@pipeline");
  });

  test.each([
    ["anomaly", "365d"],
    ["scan", "90d"],
    ["observation", "90d"],
    ["audit", "400d"],
  ])("%s events are kept %s by the standard profile, behind a failure store", (family, retention) => {
    const { template, ...rest } = asset(`standard/index/logs-tripline.${family}.json`);
    expect(template.lifecycle.data_retention).toBe(retention);
    expect(template.data_stream_options.failure_store.enabled).toBe(true);
    expect(rest).toMatchObject({ priority: 250, data_stream: {}, index_patterns: [`logs-tripline.${family}-*`] });
    expect(rest.composed_of).not.toContain("logs@settings");
    expect(asset(`core/index/logs-tripline.${family}.json`).template).toEqual({});
  });

  test("each names its version, and a hash that follows its content", () => {
    const json = [...files].filter(([file]) => file.startsWith("config/elasticsearch"));
    const hashes = json.map(([, content]) => JSON.parse(content)._meta.hash);
    expect(json).toHaveLength(15);
    expect(new Set(hashes).size).toBe(15);
  });

  test("the pipeline sets the ingest time, and a failing custom pipeline does not cost the event", () => {
    const pipeline = asset("standard/pipeline/logs-tripline@pipeline.json");
    const time = { field: "event.ingested", copy_from: "_ingest.timestamp", ignore_failure: true };
    expect(pipeline.processors[0].set).toEqual(time);
    expect(pipeline.on_failure[0].append.value).toEqual(["tripline_pipeline_failed"]);
    // What marks a failure may fail too, and then it must not cost the event either.
    for (const step of pipeline.on_failure) expect(Object.values<Loose>(step)[0].ignore_failure).toBe(true);
  });

  test("the present state of anomalies is not below `logs-*`, where its copies of alerts would alert again", () => {
    const transform = asset("standard/transform/tripline-anomaly-current.json");
    expect(transform.dest.index).not.toMatch(/^logs-/);
    expect(transform.latest).toEqual({ unique_key: ["tripline.anomaly.id"], sort: "@timestamp" });
    const template = asset("standard/index/tripline-anomaly-current.json");
    expect(template.index_patterns).toEqual([transform.dest.index]);
    expect(template.data_stream).toBeUndefined();
    const names = [...transform.latest.unique_key, transform.latest.sort, transform.sync.time.field];
    expect(names.filter((name) => !FIELDS.some((field) => field.name === name))).toEqual([]);
  });

  test("OpenSearch is asked for nothing that only Elasticsearch knows", () => {
    const text = [...files]
      .filter(([file]) => file.startsWith("config/opensearch"))
      .map(([, content]) => content)
      .join();
    expect(text).toContain('"flat_object"');
    const unknown = [
      "flattened",
      "logsdb",
      "lifecycle",
      "ignore_missing_component_templates",
      "allow_auto_create",
      "failure_store",
    ];
    expect(unknown.filter((word) => text.includes(`"${word}"`))).toEqual([]);
  });
});

describe("JSON Schema", () => {
  // zod reads the schema independently of how it was written.
  const schema = z.fromJSONSchema(structuredClone(jsonSchema()));

  test("accepts the events of a cycle", () => {
    for (const event of encodeCycle(cycle({ steps: [step()] }))) {
      expect(schema.safeParse(JSON.parse(event.body)).error?.issues ?? []).toEqual([]);
    }
  });

  test.each([
    ["a missing id", (body: Loose) => delete body.event.id],
    ["a wrong family", (body: Loose) => (body.data_stream.dataset = "tripline.other")],
    ["a text where a number belongs", (body: Loose) => (body.server.port = "4444")],
    ["one value where a list belongs", (body: Loose) => (body.host.ip = "10.0.0.1")],
  ])("refuses %s", (_name, spoil) => {
    const body = JSON.parse(encodeCycle(cycle({ steps: [step()] }))[0]?.body ?? "{}");
    spoil(body);
    expect(schema.safeParse(body).success).toBe(false);
  });

  test("lets readers meet unknown fields", () => {
    const body = JSON.parse(encodeCycle(cycle())[0]?.body ?? "{}");
    expect(schema.safeParse({ ...body, added: { by: "somebody" } }).success).toBe(true);
  });
});
