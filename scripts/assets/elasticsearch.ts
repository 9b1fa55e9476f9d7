import { EVENT_FAMILIES, type EventFamily, SCHEMA_VERSION } from "../../src/domain/event.ts";
import { contentHash } from "../../src/domain/asset-content.ts";
import type { JsonObject } from "../../src/domain/ports/setup.ts";
import { normalForm } from "../../src/deliver/sinks/elasticsearch/assets/normal-form.ts";
import { type AssetProfile, mappings } from "./mappings.ts";

const PIPELINE = "logs-tripline@pipeline";
const CUSTOM = "logs-tripline@custom";
/** Above the stack's own `logs-*-*` (100) and integrations (200). */
const PRIORITY = 250;
const RETENTION: Readonly<Record<EventFamily, string>> = {
  anomaly: "365d",
  scan: "90d",
  observation: "90d",
  audit: "400d",
};

/** Path below `config/elasticsearch` → asset, each with `_meta` that names its version and content. */
export function elasticsearchAssets(): ReadonlyMap<string, JsonObject> {
  const assets = new Map<string, JsonObject>();
  for (const profile of ["standard", "core"] as const) {
    assets.set(`${profile}/component/tripline@mappings.json`, withMeta({ template: { mappings: mappings(profile) } }));
    assets.set(`${profile}/component/tripline@settings.json`, withMeta({ template: { settings: settings(profile) } }));
    for (const family of EVENT_FAMILIES) {
      assets.set(`${profile}/index/logs-tripline.${family}.json`, withMeta(indexTemplate(family, profile)));
    }
  }
  assets.set(`standard/pipeline/${PIPELINE}.json`, withMeta(pipeline()));
  return assets;
}

function withMeta(asset: JsonObject): JsonObject {
  const hash = contentHash(normalForm(asset));
  return { ...asset, _meta: { managed_by: "tripline", version: SCHEMA_VERSION, hash } };
}

function settings(profile: AssetProfile): JsonObject {
  // logsdb turns ignore_malformed on: a wrong value would be accepted and be gone from every search.
  const common = { mode: "logsdb", mapping: { ignore_malformed: false } };
  return { index: profile === "core" ? common : { ...common, default_pipeline: PIPELINE } };
}

function indexTemplate(family: EventFamily, profile: AssetProfile): JsonObject {
  const shared = {
    index_patterns: [`logs-tripline.${family}-*`],
    priority: PRIORITY,
    data_stream: {},
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
    // Servers older than 9.1 in the 9 line do not know it; the set-up leaves it out there.
    data_stream_options: { failure_store: { enabled: true } },
  };
}

/** A failure in the operator's own pipeline marks the event and keeps it: an alert must not be lost to it. */
function pipeline(): JsonObject {
  return {
    description: "Sets event.ingested and calls the operator's own pipeline.",
    processors: [
      { set: { field: "event.ingested", copy_from: "_ingest.timestamp" } },
      { pipeline: { name: CUSTOM, ignore_missing_pipeline: true } },
    ],
    on_failure: [
      { append: { field: "tags", value: ["tripline_pipeline_failed"], allow_duplicates: false } },
      { set: { field: "error.message", value: "{{{_ingest.on_failure_message}}}" } },
    ],
  };
}
