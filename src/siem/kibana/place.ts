import { z } from "zod";
import { contentHash } from "../../domain/asset-content.ts";
import type { AssetMark, InstalledAsset, OpenPlace, SetupAsset, SetupRefusal } from "../../domain/ports/setup.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import type { HttpAnswer, HttpRequest } from "../http.ts";
import { askInSpace, type KibanaCall } from "./ask.ts";
import { kibanaShipment } from "./content.ts";
import { identifyKibana } from "./identify.ts";
import { markOf, withMark } from "./mark.ts";
import { asFarAs, normalForm } from "./normal-form.ts";
import { parsed, refusalOf, unreachable } from "./refusal.ts";
import { isAsImported, type SavedObject, savedObject } from "./saved-object.ts";
import type { KibanaSettings } from "./settings.ts";

/** A Kibana that answers, is new enough and has the space. */
export async function openKibana(
  settings: KibanaSettings,
  signal: AbortSignal,
): Promise<Result<OpenPlace, SetupRefusal>> {
  const call = { settings, signal };
  const version = await identifyKibana(call);
  if (!version.ok) return version;
  return ok({
    ...kibanaShipment(),
    read: (asset) => read(call, asset),
    write: (asset, mark) => write(call, asset, mark),
    remove: (asset) => remove(call, asset),
    look: () => Promise.resolve(ok([])),
    close: () => Promise.resolve(),
  });
}

interface Ask extends HttpRequest {
  /** Completes "the right to". */
  readonly did: string;
}

/** In the space, and only what succeeded. */
async function ask(call: KibanaCall, { did, ...wish }: Ask): Promise<Result<HttpAnswer, SetupRefusal>> {
  const { space, url } = call.settings;
  const answer = await askInSpace(call, wish);
  if (!answer.ok) return err(unreachable(url, answer.error));
  return answer.value.status === 200 ? answer : err(refusalOf(answer.value, { did, space }));
}

/** What is not there comes with an error instead of attributes. */
const found = z.object({
  saved_objects: z.tuple([
    z.union([savedObject, z.object({ error: z.object({ statusCode: z.number(), message: z.string().default("") }) })]),
  ]),
});

async function read(call: KibanaCall, asset: SetupAsset): Promise<Result<InstalledAsset | null, SetupRefusal>> {
  const { type, id } = objectOf(asset);
  const did = `read ${asset.kind} ${id}`;
  const answer = await ask(call, { method: "POST", path: "/api/saved_objects/_bulk_get", body: [{ type, id }], did });
  if (!answer.ok) return answer;
  const got = found.safeParse(parsed(answer.value.text));
  if (!got.success) return err(unreadable(did));
  const [object] = got.data.saved_objects;
  if ("attributes" in object) return ok(installedFrom(object, asset));
  const { statusCode, message } = object.error;
  if (statusCode === 404) return ok(null);
  return err(
    refusalOf(
      { status: statusCode, headers: {}, text: JSON.stringify({ message }) },
      { did, space: call.settings.space },
    ),
  );
}

/** An object that nobody edited since it was imported is what was imported, in whatever form Kibana keeps it. */
function installedFrom(object: SavedObject, asset: SetupAsset): InstalledAsset {
  const mark = markOf(object);
  const compared = asFarAs(asset.compared, normalForm(object));
  if (mark === null || !isAsImported(object)) return { compared, mark };
  if (mark.hash === contentHash(asset.compared)) return { compared: asset.compared, mark };
  // An older edition: what its content was when it came is not known, but that it is still the same.
  return { compared, mark: { ...mark, hash: null } };
}

const failure = z.object({
  type: z.string(),
  id: z.string(),
  error: z.looseObject({
    type: z.string(),
    message: z.string().optional(),
    references: z.array(z.object({ type: z.string(), id: z.string() })).optional(),
  }),
});

const imported = z.object({ success: z.boolean(), errors: z.array(failure).default([]) });

async function write(call: KibanaCall, asset: SetupAsset, mark: AssetMark): Promise<Result<null, SetupRefusal>> {
  const line = `${JSON.stringify(withMark(objectOf(asset), mark))}\n`;
  const form = new FormData();
  form.append("file", new File([line], "tripline.ndjson", { type: "application/x-ndjson" }));
  const did = `import ${asset.kind} ${asset.name}`;
  const path = "/api/saved_objects/_import?overwrite=true";
  const answer = await ask(call, { method: "POST", path, body: form, did });
  if (!answer.ok) return answer;
  const got = imported.safeParse(parsed(answer.value.text));
  if (!got.success) return err(unreadable(did));
  const { success, errors } = got.data;
  if (success) return ok(null);
  return err({
    reason: "refused",
    text: `Kibana refused to ${did}: ${errors.map(whyOf).join("; ")}`,
    fix: fixFor(errors),
  });
}

type Failure = z.infer<typeof failure>;

function whyOf({ type, id, error }: Failure): string {
  const what = `${type} ${id}`;
  switch (error.type) {
    case "conflict":
    case "ambiguous_conflict":
      return `${what} is in conflict with an object of another space`;
    case "missing_references":
      return `${what} refers to what is not there: ${(error.references ?? []).map((one) => `${one.type} ${one.id}`).join(", ")}`;
    case "unsupported_type":
      return `${what} is of a type that this Kibana does not know`;
    default:
      return `${what}: ${error.message ?? error.type}`;
  }
}

function fixFor(errors: readonly Failure[]): string | null {
  const kinds = new Set(errors.map(({ error }) => error.type));
  if (kinds.has("missing_references")) return "Run this again: what is missing is installed first.";
  return kinds.has("conflict") || kinds.has("ambiguous_conflict")
    ? "Remove the object of the same id from the other space, or share it into this one, then run this again."
    : null;
}

const deleted = z.object({
  statuses: z.array(
    z.object({
      success: z.boolean(),
      error: z.object({ statusCode: z.number(), message: z.string().default("") }).optional(),
    }),
  ),
});

async function remove(call: KibanaCall, asset: SetupAsset): Promise<Result<null, SetupRefusal>> {
  const { type, id } = objectOf(asset);
  const did = `remove ${asset.kind} ${id}`;
  const answer = await ask(call, {
    method: "POST",
    path: "/api/saved_objects/_bulk_delete",
    body: [{ type, id }],
    did,
  });
  if (!answer.ok) return answer;
  const got = deleted.safeParse(parsed(answer.value.text));
  if (!got.success) return err(unreadable(did));
  const refused = got.data.statuses.find(({ success, error }) => !success && error?.statusCode !== 404);
  if (refused === undefined) return ok(null);
  return err({
    reason: "refused",
    text: `Kibana refused to ${did}: ${refused.error?.message ?? "no reason given"}`,
    fix: null,
  });
}

function objectOf({ body }: SetupAsset): SavedObject {
  return savedObject.parse(body);
}

function unreadable(did: string): SetupRefusal {
  return { reason: "product", text: `the answer to the request to ${did} is none of Kibana's`, fix: null };
}
