import { z } from "zod";
import type {
  AssetMark,
  InstalledAsset,
  JsonObject,
  OpenPlace,
  SetupAsset,
  SetupRefusal,
} from "../../domain/ports/setup.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import type { KibanaCall } from "../kibana/ask.ts";
import { identifyKibana } from "../kibana/identify.ts";
import { asFarAs } from "../kibana/normal-form.ts";
import { parsed } from "../kibana/refusal.ts";
import type { KibanaSettings } from "../kibana/settings.ts";
import { askDetection, objectIn } from "./ask.ts";
import { comparedList, comparedRule, markOf, ruleId, USERS_OWN, withMark } from "./compared.ts";
import { type PackSettings, rulesShipment } from "./content.ts";
import { doubleAlerts } from "./double-alerts.ts";

/** A Kibana with a detection engine. */
export async function openRules(
  settings: KibanaSettings,
  pack: PackSettings,
  signal: AbortSignal,
): Promise<Result<OpenPlace, SetupRefusal>> {
  const call = { settings, signal };
  const version = await identifyKibana(call);
  if (!version.ok) return version;
  return ok({
    ...rulesShipment(pack),
    read: (asset) => read(call, asset),
    write: (asset, mark) => (asset.kind === "rule" ? importRule(call, asset, mark) : putList(call, asset, mark)),
    remove: (asset) => remove(call, asset),
    look: () => doubleAlerts(call),
    close: () => Promise.resolve(),
  });
}

/** Where an asset is asked for and removed. */
function pathOf({ kind, name, body }: SetupAsset): `/${string}` {
  if (kind === "rule") return `/api/detection_engine/rules?rule_id=${encodeURIComponent(ruleId(body))}`;
  const [path, key] = kind === "exception" ? ["/items", "item_id"] : ["", "list_id"];
  return `/api/exception_lists${path}?${key}=${encodeURIComponent(name)}&namespace_type=single`;
}

async function read(call: KibanaCall, asset: SetupAsset): Promise<Result<InstalledAsset | null, SetupRefusal>> {
  const there = await present(call, asset);
  if (!there.ok || there.value === null) return there.ok ? ok(null) : there;
  const all = asset.kind === "rule" ? comparedRule(there.value) : comparedList(there.value);
  return ok({ compared: asFarAs(asset.compared, all), mark: markOf(there.value) });
}

async function present(call: KibanaCall, asset: SetupAsset): Promise<Result<JsonObject | null, SetupRefusal>> {
  const did = `read ${asset.kind} ${asset.name}`;
  const answer = await askDetection(call, { method: "GET", path: pathOf(asset), did });
  return answer.ok ? objectIn(answer.value, did) : answer;
}

const imported = z.object({
  success: z.boolean(),
  errors: z.array(z.object({ error: z.object({ message: z.string() }) })).default([]),
});

/** What its users decided about the rule stays as it is. */
async function importRule(call: KibanaCall, asset: SetupAsset, mark: AssetMark): Promise<Result<null, SetupRefusal>> {
  const there = await present(call, asset);
  if (!there.ok) return there;
  const kept = USERS_OWN.filter((key) => there.value?.[key] !== undefined);
  const own = Object.fromEntries(kept.map((key) => [key, there.value?.[key] ?? null]));
  const line = `${JSON.stringify({ ...withMark(asset.body, mark), ...own })}\n`;
  const form = new FormData();
  form.append("file", new File([line], "tripline.ndjson", { type: "application/x-ndjson" }));
  const did = `import rule ${asset.name}`;
  const path = "/api/detection_engine/rules/_import?overwrite=true";
  const answer = await askDetection(call, { method: "POST", path, body: form, did });
  if (!answer.ok) return answer;
  const got = imported.safeParse(parsed(answer.value.text));
  if (got.success && got.data.success) return ok(null);
  const why = got.success
    ? got.data.errors.map(({ error }) => error.message).join("; ")
    : "an answer that is none of Kibana's";
  return err({ reason: "refused", text: `Kibana refused to ${did}: ${why}`, fix: null });
}

async function putList(call: KibanaCall, asset: SetupAsset, mark: AssetMark): Promise<Result<null, SetupRefusal>> {
  const there = await present(call, asset);
  if (!there.ok) return there;
  const path = asset.kind === "exception" ? "/api/exception_lists/items" : "/api/exception_lists";
  const body = withMark(asset.body, mark);
  const { list_id: _, ...change } = body;
  // The list that an entry is in cannot be changed, and is not accepted.
  const update = asset.kind === "exception" ? change : body;
  const did = `write ${asset.kind} ${asset.name}`;
  const answer = await askDetection(call, {
    ...(there.value === null ? { method: "POST", body } : { method: "PUT", body: update }),
    path,
    did,
  });
  return answer.ok ? ok(null) : answer;
}

async function remove(call: KibanaCall, asset: SetupAsset): Promise<Result<null, SetupRefusal>> {
  const did = `remove ${asset.kind} ${asset.name}`;
  const answer = await askDetection(call, { method: "DELETE", path: pathOf(asset), did });
  return answer.ok ? ok(null) : answer;
}
