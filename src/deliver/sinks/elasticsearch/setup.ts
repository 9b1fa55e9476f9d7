import type { Client } from "@elastic/elasticsearch";
import { z } from "zod";
import { err, ok, type Result } from "../../../lib/result.ts";
import type { ElasticsearchSettings } from "./client.ts";
import { openClient } from "./connect.ts";
import { failureOf } from "./failure.ts";

/** One file of `config/elasticsearch/<profile>`. */
export interface Asset {
  readonly kind: "component" | "pipeline" | "index";
  readonly name: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface AssetPlan {
  readonly kind: Asset["kind"];
  readonly name: string;
  readonly state: "up to date" | "create" | "update" | "foreign" | "newer";
}

export type AssetProfile = "standard" | "core";

/** A server without the ingest module has no pipelines: it gets the core profile. */
export async function chooseProfile(settings: ElasticsearchSettings): Promise<Result<AssetProfile, string>> {
  return withClient(settings, async (client) => {
    const info = await client.nodes.info({ filter_path: ["nodes.*.modules.name"] });
    const modules = Object.values(info.nodes ?? {})
      .flatMap((node) => node.modules ?? [])
      .map((module) => module.name);
    return modules.includes("constant-keyword") && modules.includes("ingest-common") ? "standard" : "core";
  });
}

/** The client's errors become a sentence. */
async function withClient<T>(
  settings: ElasticsearchSettings,
  work: (client: Client) => Promise<T>,
): Promise<Result<T, string>> {
  const opened = await openClient(settings, new AbortController().signal);
  if (!opened.ok) return err(opened.error.text);
  const { client } = opened.value;
  try {
    return ok(await work(client));
  } catch (error) {
    return err(failureOf(error).text);
  } finally {
    await client.close();
  }
}

const ORDER: readonly Asset["kind"][] = ["component", "pipeline", "index"];

/** Installs in the order of dependence; idempotent; never downgrades, never overwrites what is not ours. */
export async function setupElasticsearch(options: {
  readonly settings: ElasticsearchSettings;
  readonly assets: readonly Asset[];
  readonly dryRun: boolean;
}): Promise<Result<readonly AssetPlan[], string>> {
  return withClient(options.settings, async (client) => {
    const plan: AssetPlan[] = [];
    for (const asset of options.assets.toSorted((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind))) {
      const state = await stateOf(client, asset);
      plan.push({ kind: asset.kind, name: asset.name, state });
      const change = state === "create" || state === "update";
      if (change && !options.dryRun) await put(client, asset);
    }
    return plan;
  });
}

const PATHS: Readonly<Record<Asset["kind"], string>> = {
  component: "/_component_template/",
  pipeline: "/_ingest/pipeline/",
  index: "/_index_template/",
};

const meta = z.object({
  managed_by: z.string().optional(),
  version: z.union([z.string(), z.number()]).optional(),
  hash: z.string().optional(),
});

async function stateOf(client: Client, asset: Asset): Promise<AssetPlan["state"]> {
  const installed = await get(client, asset);
  if (installed === null) return "create";
  const theirs = findMeta(installed);
  const ours = meta.parse(asset.body["_meta"] ?? {});
  if (theirs === null || theirs.managed_by !== ours.managed_by) return "foreign";
  if (theirs.hash === ours.hash) return "up to date";
  const newer = String(theirs.version ?? "0").localeCompare(String(ours.version ?? "0"), "en", { numeric: true }) > 0;
  return newer ? "newer" : "update";
}

async function get(client: Client, asset: Asset): Promise<unknown> {
  try {
    return await client.transport.request({ method: "GET", path: PATHS[asset.kind] + encodeURIComponent(asset.name) });
  } catch (error) {
    if (failureOf(error).status === 404) return null;
    throw error;
  }
}

/** The three APIs wrap the object differently; `_meta` appears once in each answer. */
function findMeta(value: unknown): z.infer<typeof meta> | null {
  if (typeof value !== "object" || value === null) return null;
  for (const [key, inner] of Object.entries(value)) {
    if (key === "_meta") return meta.parse(inner);
    const found = findMeta(inner);
    if (found !== null) return found;
  }
  return null;
}

async function put(client: Client, asset: Asset): Promise<void> {
  await client.transport.request({
    method: "PUT",
    path: PATHS[asset.kind] + encodeURIComponent(asset.name),
    body: asset.body,
  });
}
