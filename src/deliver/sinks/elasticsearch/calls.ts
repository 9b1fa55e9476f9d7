import type { Client } from "@elastic/elasticsearch";
import { z } from "zod";
import { contentHash } from "../../../domain/asset-content.ts";
import type { AssetMark, InstalledAsset, JsonObject, SetupAsset, SetupRefusal } from "../../../domain/ports/setup.ts";
import { err, ok, type Result } from "../../../lib/result.ts";
import { comparedForm } from "./assets/normal-form.ts";
import { PATHS, PRIVILEGES } from "./assets/paths.ts";
import { failureOf } from "./failure.ts";
import { refusalOf } from "./setup-refusal.ts";

export interface Call {
  readonly client: Client;
  readonly signal: AbortSignal;
}

/** The client's errors become a refusal that names the privilege. */
export async function asked<T>(privilege: string, work: () => Promise<T>): Promise<Result<T, SetupRefusal>> {
  try {
    return ok(await work());
  } catch (error) {
    return err(refusalOf(failureOf(error), privilege));
  }
}

export function readAsset(call: Call, asset: SetupAsset): Promise<Result<InstalledAsset | null, SetupRefusal>> {
  return asked(privilegeFor(asset), async () => {
    const answer = await unlessMissing(() => request(call, { method: "GET", path: pathOf(asset) }));
    if (answer === null) return null;
    if (asset.kind !== "transform") return installedIn(asset, answer, true);
    return installedIn(asset, answer, await isRunning(call, asset));
  });
}

export function install(call: Call, asset: SetupAsset, body: JsonObject): Promise<Result<null, SetupRefusal>> {
  return asked(privilegeFor(asset), async () => {
    const path = pathOf(asset);
    if (asset.kind !== "transform") await request(call, { method: "PUT", path, body });
    else await startAnew(call, path, body);
    return null;
  });
}

export function removeAsset(call: Call, asset: SetupAsset): Promise<Result<null, SetupRefusal>> {
  return asked(privilegeFor(asset), async () => {
    if (asset.kind === "transform") await forget(call, pathOf(asset));
    else await request(call, { method: "DELETE", path: pathOf(asset) });
    return null;
  });
}

/** What a transform looks for cannot be changed, so another one takes its place; its index stays. */
async function startAnew(call: Call, path: string, body: JsonObject): Promise<void> {
  await forget(call, path);
  // Before the first event there is no stream to read from.
  await request(call, { method: "PUT", path, body, querystring: { defer_validation: true } });
  await request(call, { method: "POST", path: `${path}/_start` });
}

async function forget(call: Call, path: string): Promise<void> {
  await unlessMissing(() => request(call, { method: "DELETE", path, querystring: { force: true } }));
}

interface Request {
  readonly method: "GET" | "PUT" | "POST" | "DELETE";
  readonly path: string;
  readonly body?: JsonObject;
  readonly querystring?: Readonly<Record<string, boolean>>;
}

function request({ client, signal }: Call, wanted: Request): Promise<unknown> {
  return client.transport.request(wanted, { signal });
}

async function unlessMissing<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (failureOf(error).status === 404) return null;
    throw error;
  }
}

function pathOf({ kind, name }: SetupAsset): string {
  return `${PATHS[kind] ?? "/"}${encodeURIComponent(name)}`;
}

function privilegeFor({ kind }: SetupAsset): string {
  return PRIVILEGES[kind] ?? "manage";
}

const stats = z.object({ transforms: z.array(z.object({ state: z.string() })) });

async function isRunning(call: Call, asset: SetupAsset): Promise<boolean> {
  const answer = stats.safeParse(await request(call, { method: "GET", path: `${pathOf(asset)}/_stats` }));
  const state = answer.data?.transforms[0]?.state;
  return state === "started" || state === "indexing";
}

const json = z.record(z.string(), z.json());
/** How each kind is wrapped in the answer; a pipeline is below its own name. */
const BODIES: Readonly<Record<string, z.ZodType<JsonObject | undefined>>> = {
  component: z
    .object({ component_templates: z.array(z.object({ component_template: json })) })
    .transform((answer) => answer.component_templates[0]?.component_template),
  index: z
    .object({ index_templates: z.array(z.object({ index_template: json })) })
    .transform((answer) => answer.index_templates[0]?.index_template),
  pipeline: z.record(z.string(), json).transform((answer) => Object.values(answer)[0]),
  transform: z.object({ transforms: z.array(json) }).transform((answer) => answer.transforms[0]),
};
const ownMeta = z.object({ managed_by: z.literal("tripline"), version: z.coerce.string(), hash: z.string().nullish() });

function installedIn({ kind }: SetupAsset, answer: unknown, running: boolean): InstalledAsset | null {
  const read = BODIES[kind]?.safeParse(answer);
  if (read?.success !== true) throw new Error("the answer is not one of Elasticsearch; is there a proxy in between?");
  const body = read.data;
  if (body === undefined) return null;
  const meta = ownMeta.safeParse(body["_meta"]);
  const compared = comparedForm(kind, body, running);
  if (!meta.success) return { compared, mark: null };
  const mark = { version: meta.data.version, hash: meta.data.hash ?? null };
  return { compared, mark: running ? mark : stoppedMark(mark, comparedForm(kind, body), compared) };
}

/** A transform of ours that does not run is to be replaced; stopping it is no change by hand. */
function stoppedMark(mark: AssetMark, asRunning: JsonObject, compared: JsonObject): AssetMark {
  return mark.hash === contentHash(asRunning) ? { ...mark, hash: contentHash(compared) } : mark;
}
