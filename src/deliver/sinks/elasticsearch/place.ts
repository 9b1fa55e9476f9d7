import type { Client } from "@elastic/elasticsearch";
import type { OpenPlace, SetupRefusal } from "../../../domain/ports/setup.ts";
import { err, ok, type Result } from "../../../lib/result.ts";
import { marked } from "./assets/files.ts";
import { type AssetWishes, EVERY_FEATURE, featuresOf, lacks } from "./assets/fit.ts";
import { type AssetProfile, shipmentOf } from "./assets/shipped.ts";
import { asked, type Call, install, readAsset, removeAsset } from "./calls.ts";
import type { ElasticsearchSettings } from "./client.ts";
import { openClient } from "./connect.ts";
import { refusalOf } from "./setup-refusal.ts";
import { streamTroubles } from "./streams.ts";

interface Opening {
  /** Null: nothing is configured. */
  readonly settings: ElasticsearchSettings | null;
  /** Null: as the server is. */
  readonly profile: AssetProfile | null;
  readonly wishes: AssetWishes;
  readonly signal: AbortSignal;
}

/** A server that answers, with the assets that fit it. */
export async function openPlace({
  settings,
  profile,
  wishes,
  signal,
}: Opening): Promise<Result<OpenPlace, SetupRefusal>> {
  if (profile === "opensearch") return err(ONLY_FILES);
  if (settings === null) return err({ reason: "unreachable", text: "no output of this kind is configured", fix: null });
  const opened = await openClient(settings, signal);
  if (!opened.ok) return err(refusalOf(opened.error, null));
  const { client } = opened.value;
  const server = await about(client, signal);
  if (server.ok) {
    const version = opened.value.version ?? server.value.version;
    return ok(placeOf({ client, signal }, { version, profile: profile ?? server.value.profile, wishes }));
  }
  await client.close();
  return server;
}

const ONLY_FILES: SetupRefusal = {
  reason: "product",
  text: "this program does not talk to OpenSearch",
  fix: "Write the files with --profile opensearch --to-dir DIR, run the script in it, and deliver the events through Kafka.",
};

interface Fitting {
  /** Null: the server does not say it. */
  readonly version: string | null;
  readonly profile: AssetProfile;
  readonly wishes: AssetWishes;
}

function placeOf(call: Call, { version, profile, wishes }: Fitting): OpenPlace {
  const features = version === null ? EVERY_FEATURE : featuresOf(version);
  const shipment = shipmentOf({ profile, features, wishes });
  const core = profile === "core" ? [CORE] : lacks(version ?? "", features);
  return {
    ...shipment,
    notes: core,
    read: (asset) => readAsset(call, asset),
    write: (asset, mark) => install(call, asset, marked(asset, mark)),
    remove: (asset) => removeAsset(call, asset),
    look: () => streamTroubles(call, shipment.assets),
    close: () => call.client.close(),
  };
}

const CORE =
  "The server has no x-pack modules: it gets no pipeline (so no event.ingested), no retention and no transform.";

/** What the nodes say of themselves; a server without the ingest module has no pipelines and gets the profile core. */
async function about(
  client: Client,
  signal: AbortSignal,
): Promise<Result<Pick<Fitting, "version" | "profile">, SetupRefusal>> {
  return asked("monitor", async () => {
    const info = await client.nodes.info({ filter_path: ["nodes.*.modules.name", "nodes.*.version"] }, { signal });
    const nodes = Object.values(info.nodes ?? {});
    const modules = new Set(nodes.flatMap((node) => node.modules ?? []).map((module) => module.name));
    // A cluster in the middle of an upgrade knows what its oldest node knows.
    const [oldest = null] = nodes
      .map(({ version }) => version)
      .toSorted((a, b) => a.localeCompare(b, "en", { numeric: true }));
    const standard = modules.has("constant-keyword") && modules.has("ingest-common");
    return { version: oldest, profile: standard ? "standard" : "core" };
  });
}
