import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";
import { packagePath } from "../../../../config/package-root.ts";
import type { JsonObject, SetupAsset, Shipment } from "../../../../domain/ports/setup.ts";
import { type AssetWishes, EVERY_FEATURE, fitted, NO_WISHES, type ServerFeatures } from "./fit.ts";
import { comparedForm } from "./normal-form.ts";

/** `core` is Elasticsearch without the x-pack modules: some types, pipelines and transforms are unknown there. */
export const PROFILES = ["standard", "core", "opensearch"] as const;
export type AssetProfile = (typeof PROFILES)[number];

/** Below `config`. */
export function folderOf(profile: AssetProfile): string {
  return profile === "opensearch" ? profile : `elasticsearch/${profile}`;
}

/** In the order in which they need each other. */
const KINDS = ["component", "pipeline", "index", "transform"] as const;

export interface ShipmentOptions {
  readonly profile: AssetProfile;
  /** Default: everything. */
  readonly features?: ServerFeatures;
  readonly wishes?: AssetWishes;
}

/** The files of a profile, as `npm run assets` made them, fitted to a server and an operator. */
export function shipmentOf({ profile, features = EVERY_FEATURE, wishes = NO_WISHES }: ShipmentOptions): Shipment {
  const read = KINDS.flatMap((kind) => filesOf(profile, kind));
  const version = read.find((one) => one.version !== null)?.version ?? "0";
  const assets = read.map(({ kind, name, body: shipped }): SetupAsset => {
    const body = fitted(shipped, { name, features, wishes });
    return { kind, name, body, compared: comparedForm(kind, body) };
  });
  return { assets, version, notes: [] };
}

interface AssetFile {
  readonly kind: string;
  readonly name: string;
  readonly body: JsonObject;
  readonly version: string | null;
}

/** A JSON file is what it is; its form is a matter of the server that takes it. */
const assetFile = z.looseObject({ _meta: z.object({ version: z.string() }).optional() });

function filesOf(profile: AssetProfile, kind: string): readonly AssetFile[] {
  const folder = packagePath("config", folderOf(profile), kind);
  return namesIn(folder).map((file) => {
    const { _meta: meta, ...body } = assetFile.parse(JSON.parse(readFileSync(join(folder, file), "utf8")));
    return { kind, name: basename(file, ".json"), body: body as JsonObject, version: meta?.version ?? null };
  });
}

/** Not every profile has every kind. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((file) => file.endsWith(".json"))
      .toSorted();
  } catch {
    return [];
  }
}
