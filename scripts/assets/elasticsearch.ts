import { EVENT_FAMILIES, type EventFamily, SCHEMA_VERSION } from "../../src/domain/event.ts";
import { contentHash } from "../../src/domain/asset-content.ts";
import type { JsonObject } from "../../src/domain/ports/setup.ts";
import { comparedForm } from "../../src/deliver/sinks/elasticsearch/assets/normal-form.ts";
import { type AssetProfile, folderOf, PROFILES } from "../../src/deliver/sinks/elasticsearch/assets/shipped.ts";
import { mappings } from "./mappings.ts";

const PIPELINE = "logs-tripline@pipeline";
const CUSTOM = "logs-tripline@custom";
const CURRENT = "tripline-anomaly-current";
/** Above the stack's own `logs-*-*` (100) and integrations (200). */
const PRIORITY = 250;
const RETENTION: Readonly<Record<EventFamily, string>> = {
  anomaly: "365d",
  scan: "90d",
  observation: "90d",
  audit: "400d",
};

/** Path below `config` → asset, each with `_meta` that names its version and content. */
export function siemAssets(): ReadonlyMap<string, JsonObject> {
  const assets = new Map<string, JsonObject>();
  for (const profile of PROFILES) {
    for (const [path, asset] of profileAssets(profile)) {
      // A pipeline of OpenSearch has no room for it.
      const bare = profile === "opensearch" && path.startsWith("pipeline/");
      assets.set(`${folderOf(profile)}/${path}.json`, bare ? asset : withMeta(asset, path));
    }
  }
  return assets;
}

function* profileAssets(profile: AssetProfile): Generator<readonly [path: string, asset: JsonObject]> {
  yield ["component/tripline@mappings", { template: { mappings: mappings(profile) } }];
  yield ["component/tripline@settings", { template: { settings: settings(profile) } }];
  for (const family of EVENT_FAMILIES) yield [`index/logs-tripline.${family}`, indexTemplate(family, profile)];
  if (profile !== "core") yield [`pipeline/${PIPELINE}`, pipeline(profile)];
  if (profile !== "standard") return;
  yield [`index/${CURRENT}`, currentTemplate()];
  yield [`transform/${CURRENT}`, currentTransform()];
}

function withMeta(asset: JsonObject, path: string): JsonObject {
  const [kind = ""] = path.split("/");
  const hash = contentHash(comparedForm(kind, asset));
  return { ...asset, _meta: { managed_by: "tripline", version: SCHEMA_VERSION, hash } };
}

function settings(profile: AssetProfile): JsonObject {
  const mapping = { ignore_malformed: false };
  if (profile === "opensearch") return { index: { mapping, default_pipeline: PIPELINE } };
  // logsdb turns ignore_malformed on: a wrong value would be accepted and be gone from every search.
  const common = { mode: "logsdb", mapping };
  return { index: profile === "core" ? common : { ...common, default_pipeline: PIPELINE } };
}

function indexTemplate(family: EventFamily, profile: AssetProfile): JsonObject {
  const plain = { index_patterns: [`logs-tripline.${family}-*`], priority: PRIORITY, data_stream: {} };
  // It knows neither optional components nor the switch that lets a template make streams.
  if (profile === "opensearch")
    return { ...plain, composed_of: ["tripline@mappings", "tripline@settings"], template: {} };
  const shared = {
    ...plain,
    allow_auto_create: true,
    // Not logs@settings: its lifecycle policy, pipeline and ignore_malformed are the opposite of what is wanted.
    composed_of: ["ecs@mappings", "tripline@mappings", "tripline@settings", CUSTOM],
    ignore_missing_component_templates: ["ecs@mappings", CUSTOM],
  };
  return profile === "core" ? { ...shared, template: {} } : { ...shared, template: standardTemplate(family) };
}

function standardTemplate(family: EventFamily): JsonObject {
  const dataset = { type: "constant_keyword", value: `tripline.${family}` };
  return {
    mappings: { properties: { data_stream: { properties: { dataset } } } },
    lifecycle: { data_retention: RETENTION[family] },
    // Set-up leaves out what the version of a server does not know.
    data_stream_options: { failure_store: { enabled: true } },
  };
}

/**
 * A failure in the operator's own pipeline marks the event and keeps it: an alert must not be lost to it. What marks it
 * may fail as well, where that pipeline left a text in place of an object.
 */
function pipeline(profile: AssetProfile): JsonObject {
  const custom = { pipeline: { name: CUSTOM, ignore_missing_pipeline: true } };
  const from = profile === "opensearch" ? { value: "{{{_ingest.timestamp}}}" } : { copy_from: "_ingest.timestamp" };
  const time = { set: { field: "event.ingested", ...from, ignore_failure: true } };
  const tag = { field: "tags", value: ["tripline_pipeline_failed"], ignore_failure: true };
  return {
    description: "Sets event.ingested and calls the operator's own pipeline.",
    processors: [time, ...(profile === "opensearch" ? [] : [custom])],
    on_failure: [
      { append: profile === "opensearch" ? tag : { ...tag, allow_duplicates: false } },
      { set: { field: "error.message", value: "{{{_ingest.on_failure_message}}}", ignore_failure: true } },
    ],
  };
}

/** One document per anomaly, outside of `logs-*`: its copies of alerts must not alert again. */
function currentTemplate(): JsonObject {
  const keyword = { type: "keyword", ignore_above: 1024 };
  return {
    index_patterns: [CURRENT],
    priority: PRIORITY,
    allow_auto_create: true,
    composed_of: ["ecs@mappings", "tripline@mappings"],
    ignore_missing_component_templates: ["ecs@mappings"],
    // Documents of several namespaces meet here, so what is constant in a stream is not.
    template: {
      mappings: {
        properties: { data_stream: { properties: { dataset: keyword, namespace: keyword, type: keyword } } },
      },
    },
  };
}

/** The last event of every anomaly, some two minutes after it came. */
function currentTransform(): JsonObject {
  return {
    description: "The present state of every Tripline anomaly: the last event of each.",
    source: { index: ["logs-tripline.anomaly-*"] },
    dest: { index: CURRENT },
    latest: { unique_key: ["tripline.anomaly.id"], sort: "@timestamp" },
    sync: { time: { field: "event.ingested", delay: "60s" } },
    frequency: "1m",
    retention_policy: { time: { field: "@timestamp", max_age: RETENTION.anomaly } },
  };
}
