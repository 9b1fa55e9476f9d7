import { readFileSync } from "node:fs";
import { packagePath } from "../../config/package-root.ts";
import type { SetupAsset, Shipment } from "../../domain/ports/setup.ts";
import { CONTENT_VERSION } from "./mark.ts";
import { normalForm } from "./normal-form.ts";
import { type SavedObject, savedObject, TYPE_NAMES } from "./saved-object.ts";

const FILE = "tripline.ndjson";

/** The file as `npm run assets` made it, and as Kibana imports it. */
function shippedText(): string {
  return readFileSync(packagePath("config", "kibana", FILE), "utf8");
}

/** Data views, saved searches and dashboards, each behind what it refers to. */
export function kibanaShipment(): Shipment {
  return { assets: objectsIn(shippedText()).map(assetOf), version: CONTENT_VERSION, notes: [] };
}

export function kibanaFiles(): ReadonlyMap<string, string> {
  return new Map([[FILE, shippedText()]]);
}

/** The last line counts the others and is no object. */
function objectsIn(ndjson: string): readonly SavedObject[] {
  const lines = ndjson.trimEnd().split("\n").slice(0, -1);
  return lines.map((line) => savedObject.parse(JSON.parse(line)));
}

function assetOf(object: SavedObject): SetupAsset {
  const kind = TYPE_NAMES[object.type] ?? object.type;
  return { kind, name: object.id, body: savedObjectBody(object), compared: normalForm(object) };
}

function savedObjectBody(object: SavedObject): SetupAsset["body"] {
  return JSON.parse(JSON.stringify(object)) as SetupAsset["body"];
}
