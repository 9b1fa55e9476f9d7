import type { AssetWork, Chosen, Shipment } from "../../../domain/ports/setup.ts";
import { ok } from "../../../lib/result.ts";
import type { SinkSetup } from "../../definition.ts";
import { assetFiles } from "./assets/files.ts";
import { type AssetWishes, NO_WISHES } from "./assets/fit.ts";
import { type AssetProfile, PROFILES, shipmentOf } from "./assets/shipped.ts";
import type { ElasticsearchSettings } from "./client.ts";
import { type ElasticsearchOptions, settingsOf, wishesOf } from "./options.ts";
import { openPlace } from "./place.ts";

/** `tripline setup elasticsearch`: what the server needs to know about our data streams. */
export const setup: SinkSetup<ElasticsearchOptions> = {
  about: "install component templates, pipeline, index templates and transform",
  examples: [
    "tripline setup elasticsearch --dry-run",
    "tripline setup elasticsearch --diff",
    "tripline setup elasticsearch --to-dir assets --profile opensearch",
  ],
  choices: [{ name: "profile", about: "which assets", values: ["auto", ...PROFILES], default: "auto" }],
  bare: () => workOf(null),
  work: (written, context) => workOf(settingsOf(written, context), wishesOf(written)),
};

/** Without settings there is no server to ask, only files. */
export function workOf(settings: ElasticsearchSettings | null, wishes: AssetWishes = NO_WISHES): AssetWork {
  return {
    kind: "assets",
    shipped: (chosen) => ok(shipmentFor(chosen, wishes)),
    files: (shipment, chosen) => assetFiles(shipment, profileIn(chosen) ?? "standard"),
    open: (chosen, signal) => openPlace({ settings, profile: profileIn(chosen), wishes, signal }),
  };
}

function shipmentFor(chosen: Chosen, wishes: AssetWishes): Shipment {
  const named = profileIn(chosen);
  const shipment = shipmentOf({ profile: named ?? "standard", wishes });
  return named === null ? { ...shipment, notes: [...shipment.notes, UNASKED] } : shipment;
}

const UNASKED =
  "No server was asked: these are the assets of the profile standard, for Elasticsearch 8.19 and from 9.1 on.";

/** Null: as the server is. */
function profileIn(chosen: Chosen): AssetProfile | null {
  return PROFILES.find((profile) => profile === chosen.get("profile")) ?? null;
}
