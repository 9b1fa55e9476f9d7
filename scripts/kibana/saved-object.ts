import { contentHash } from "../../src/domain/asset-content.ts";
import { CONTENT_VERSION, withMark } from "../../src/siem/kibana/mark.ts";
import { normalForm } from "../../src/siem/kibana/normal-form.ts";
import type { JsonObject } from "../assets/json-text.ts";

export interface Reference {
  readonly type: string;
  readonly id: string;
  readonly name: string;
}

/** One line of an export of Kibana. */
export interface SavedObject {
  readonly id: string;
  readonly type: "index-pattern" | "search" | "dashboard";
  readonly attributes: JsonObject;
  readonly references: readonly Reference[];
  readonly coreMigrationVersion: string;
  readonly typeMigrationVersion: string;
  readonly managed: boolean;
}

/** Formats that 8.19 knows already: a server brings older ones up to date, and refuses newer ones. */
const FORMAT = { "index-pattern": "8.0.0", search: "10.2.0", dashboard: "10.2.0" } as const;

/** With the mark by which `tripline setup kibana` knows its own, which edition it is, and whether somebody changed it. */
export function savedObject(
  type: SavedObject["type"],
  id: string,
  { attributes, references }: Pick<SavedObject, "attributes" | "references">,
): SavedObject {
  const format = { coreMigrationVersion: "8.8.0", typeMigrationVersion: FORMAT[type], managed: false };
  const bare = { id, type, attributes, references, ...format };
  return withMark(bare, { version: CONTENT_VERSION, hash: contentHash(normalForm(bare)) });
}
