import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";
import { packagePath } from "../../../../config/package-root.ts";
import type { JsonObject, SetupAsset, Shipment } from "../../../../domain/ports/setup.ts";
import { normalForm } from "./normal-form.ts";

export const PROFILES = ["standard", "core"] as const;
export type AssetProfile = (typeof PROFILES)[number];

/** In the order in which they need each other. */
const KINDS = ["component", "pipeline", "index"] as const;
export type AssetKind = (typeof KINDS)[number];

/** The files of a profile, as `npm run assets` made them. */
export function shipmentOf(profile: AssetProfile): Shipment {
  const read = KINDS.flatMap((kind) => filesOf(profile, kind));
  const [first] = read;
  return { assets: read.map(({ asset }) => asset), version: first?.version ?? "0", notes: [] };
}

/** A JSON file is what it is; its form is a matter of the server that takes it. */
const assetFile = z.looseObject({ _meta: z.object({ version: z.string() }) });

interface Read {
  readonly asset: SetupAsset;
  readonly version: string;
}

function filesOf(profile: AssetProfile, kind: AssetKind): readonly Read[] {
  const folder = packagePath("config", "elasticsearch", profile, kind);
  return namesIn(folder).map((file) => {
    const { _meta: meta, ...rest } = assetFile.parse(JSON.parse(readFileSync(join(folder, file), "utf8")));
    const body = rest as JsonObject;
    return { asset: { kind, name: basename(file, ".json"), body, compared: normalForm(body) }, version: meta.version };
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
