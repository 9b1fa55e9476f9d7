import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { z } from "zod";
import type { LoadedConfig } from "../../config/load.ts";
import { elasticsearchSettings } from "../../deliver/registry.ts";
import {
  type Asset,
  type AssetPlan,
  chooseProfile,
  type AssetProfile,
  setupElasticsearch,
} from "../../deliver/sinks/elasticsearch/setup.ts";
import { setupKafka, type TopicPlan } from "../../deliver/sinks/kafka/setup.ts";
import { err, type Result } from "../../lib/result.ts";
import { packagePath } from "../../config/package-root.ts";
import type { OperationFailure } from "../failure.ts";

/** `tripline setup`: topics and templates; idempotent, nothing of others is touched. */

export async function setUpKafka(
  loaded: LoadedConfig,
  dryRun: boolean,
): Promise<Result<readonly TopicPlan[], OperationFailure>> {
  const settings = loaded.config.outputs.kafka;
  if (settings === undefined) return err(notConfigured("kafka"));
  const result = await setupKafka({ brokers: settings.brokers, prefix: settings.topic_prefix, dryRun });
  return result.ok ? result : err(unreachable("Kafka", loaded.redact(result.error)));
}

export async function setUpElasticsearch(
  loaded: LoadedConfig,
  options: { readonly dryRun: boolean; readonly profile: AssetProfile | "auto" },
): Promise<Result<readonly AssetPlan[], OperationFailure>> {
  const settings = elasticsearchSettings(loaded);
  if (settings === null) return err(notConfigured("elasticsearch"));
  const profile =
    options.profile === "auto" ? await chooseProfile(settings) : { ok: true as const, value: options.profile };
  if (!profile.ok) return err(unreachable("Elasticsearch", loaded.redact(profile.error)));
  const result = await setupElasticsearch({ settings, assets: readAssets(profile.value), dryRun: options.dryRun });
  return result.ok ? result : err(unreachable("Elasticsearch", loaded.redact(result.error)));
}

const KINDS = ["component", "pipeline", "index"] as const;

/** The files of a profile, as `npm run assets` made them. */
function readAssets(profile: AssetProfile): readonly Asset[] {
  return KINDS.flatMap((kind) => {
    const folder = packagePath("config", "elasticsearch", profile, kind);
    return filesOf(folder).map((file): Asset => {
      const body = z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(`${folder}/${file}`, "utf8")));
      return { kind, name: basename(file, ".json"), body };
    });
  });
}

function filesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((file) => file.endsWith(".json"));
  } catch {
    return [];
  }
}

function notConfigured(output: string): OperationFailure {
  return {
    code: "TL150",
    exit: 2,
    what: `outputs.${output} is not configured`,
    effect: "Nothing was set up.",
    fix: `Add it to the configuration, then run tripline setup ${output} again.`,
  };
}

function unreachable(server: string, why: string): OperationFailure {
  return {
    code: "TL151",
    exit: 4,
    what: `${server} could not be set up: ${why}`,
    effect: "What was done before stays; running it again goes on from there.",
    fix: "Check address, credentials and rights.",
  };
}
