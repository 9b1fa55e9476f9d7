import { ok } from "../../../lib/result.ts";
import type { AssetWork, Chosen, Shipment } from "../../../domain/ports/setup.ts";
import type { SinkSetup } from "../../definition.ts";
import { assetFiles } from "./assets/files.ts";
import { type AssetProfile, PROFILES, shipmentOf } from "./assets/shipped.ts";
import type { ElasticsearchSettings } from "./client.ts";
import { type ElasticsearchOptions, settingsOf } from "./options.ts";
import { openPlace } from "./place.ts";

/** `tripline setup elasticsearch`: what the server needs to know about our data streams. */
export const setup: SinkSetup<ElasticsearchOptions> = {
  about: "install component templates, pipeline and index templates",
  examples: [
    "tripline setup elasticsearch --dry-run",
    "tripline setup elasticsearch --diff",
    "tripline setup elasticsearch --to-dir assets --profile standard",
  ],
  choices: [{ name: "profile", about: "which assets", values: ["auto", ...PROFILES], default: "auto" }],
  bare: () => workOf(null),
  work: (written, context) => workOf(settingsOf(written, context)),
};

/** Without settings there is no server to ask, only files. */
export function workOf(settings: ElasticsearchSettings | null): AssetWork {
  return {
    kind: "assets",
    shipped: (chosen) => ok(shipmentFor(chosen)),
    files: assetFiles,
    open: (chosen, signal) => openPlace(settings, { profile: profileIn(chosen), signal }),
  };
}

function shipmentFor(chosen: Chosen): Shipment {
  const profile = profileIn(chosen);
  if (profile !== null) return shipmentOf(profile);
  const { notes, ...rest } = shipmentOf("standard");
  return { ...rest, notes: [...notes, "No server was asked, so these are the assets of the profile standard."] };
}

/** Null: as the server is. */
function profileIn(chosen: Chosen): AssetProfile | null {
  return PROFILES.find((profile) => profile === chosen.get("profile")) ?? null;
}
