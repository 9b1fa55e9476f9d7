import type { Client } from "@elastic/elasticsearch";
import { z } from "zod";
import type { InstalledAsset, JsonObject, OpenPlace, SetupAsset, SetupRefusal } from "../../../domain/ports/setup.ts";
import { err, ok, type Result } from "../../../lib/result.ts";
import { marked } from "./assets/files.ts";
import { normalForm } from "./assets/normal-form.ts";
import { PATHS } from "./assets/paths.ts";
import { type AssetProfile, shipmentOf } from "./assets/shipped.ts";
import type { ElasticsearchSettings } from "./client.ts";
import { openClient } from "./connect.ts";
import { failureOf } from "./failure.ts";
import { refusalOf } from "./setup-refusal.ts";

interface Opening {
  /** Null: as the server is. */
  readonly profile: AssetProfile | null;
  readonly signal: AbortSignal;
}

/** A server that answers, with the assets that fit it. */
export async function openPlace(
  settings: ElasticsearchSettings | null,
  { profile, signal }: Opening,
): Promise<Result<OpenPlace, SetupRefusal>> {
  if (settings === null) return err({ reason: "unreachable", text: "no output of this kind is configured", fix: null });
  const opened = await openClient(settings, signal);
  if (!opened.ok) return err(refusalOf(opened.error));
  const { client } = opened.value;
  const chosen = profile === null ? await chooseProfile(client, signal) : ok(profile);
  if (chosen.ok) return ok(placeOf(client, { profile: chosen.value, signal }));
  await client.close();
  return chosen;
}

function placeOf(
  client: Client,
  { profile, signal }: { readonly profile: AssetProfile; readonly signal: AbortSignal },
): OpenPlace {
  const call = { client, signal };
  return {
    ...shipmentOf(profile),
    read: (asset) => read(call, asset),
    write: (asset, mark) => send(call, { method: "PUT", asset, body: marked(asset, mark) }),
    remove: (asset) => send(call, { method: "DELETE", asset }),
    look: async () => ok([]),
    close: () => client.close(),
  };
}

/** A server without the ingest module has no pipelines: it gets the core profile. */
async function chooseProfile(client: Client, signal: AbortSignal): Promise<Result<AssetProfile, SetupRefusal>> {
  return asked(async () => {
    const info = await client.nodes.info({ filter_path: ["nodes.*.modules.name"] }, { signal });
    const modules = Object.values(info.nodes ?? {})
      .flatMap((node) => node.modules ?? [])
      .map((module) => module.name);
    return modules.includes("constant-keyword") && modules.includes("ingest-common") ? "standard" : "core";
  });
}

interface Call {
  readonly client: Client;
  readonly signal: AbortSignal;
}

async function read({ client, signal }: Call, asset: SetupAsset): Promise<Result<InstalledAsset | null, SetupRefusal>> {
  return asked(async () => {
    try {
      return installedIn(await client.transport.request({ method: "GET", path: pathOf(asset) }, { signal }));
    } catch (error) {
      if (failureOf(error).status === 404) return null;
      throw error;
    }
  });
}

interface Change {
  readonly method: "PUT" | "DELETE";
  readonly asset: SetupAsset;
  readonly body?: JsonObject;
}

function send({ client, signal }: Call, { method, asset, ...rest }: Change): Promise<Result<null, SetupRefusal>> {
  return asked(async () => {
    await client.transport.request({ method, path: pathOf(asset), ...rest }, { signal });
    return null;
  });
}

function pathOf({ kind, name }: SetupAsset): string {
  return `${PATHS[kind] ?? "/"}${encodeURIComponent(name)}`;
}

/** The client's errors become a refusal. */
async function asked<T>(work: () => Promise<T>): Promise<Result<T, SetupRefusal>> {
  try {
    return ok(await work());
  } catch (error) {
    return err(refusalOf(failureOf(error)));
  }
}

const json = z.record(z.string(), z.json());
const answers = z.union([
  z
    .object({ component_templates: z.tuple([z.object({ component_template: json })]) })
    .transform((all) => all.component_templates[0].component_template),
  z
    .object({ index_templates: z.tuple([z.object({ index_template: json })]) })
    .transform((all) => all.index_templates[0].index_template),
  // A pipeline is below its own name.
  z.record(z.string(), json).transform((all) => Object.values(all)[0] ?? {}),
]);
const ownMeta = z.object({ managed_by: z.literal("tripline"), version: z.coerce.string(), hash: z.string().nullish() });

function installedIn(answer: unknown): InstalledAsset | null {
  const body = answers.parse(answer);
  const meta = ownMeta.safeParse(body["_meta"]);
  const mark = meta.success ? { version: meta.data.version, hash: meta.data.hash ?? null } : null;
  return { compared: normalForm(body), mark };
}
