import { contentMark } from "../../src/siem/kibana/mark.ts";
import { shortDigest } from "../../src/lib/hash.ts";
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

export function savedObject(
  type: SavedObject["type"],
  id: string,
  { attributes, references }: Pick<SavedObject, "attributes" | "references">,
): SavedObject {
  const format = { coreMigrationVersion: "8.8.0", typeMigrationVersion: FORMAT[type], managed: false };
  return { id, type, attributes, references, ...format };
}

/** The description with the mark by which `tripline setup kibana` knows its own, and which edition it is. */
export function withMark(object: SavedObject, about: string): SavedObject {
  const { attributes, references } = object;
  const digest = shortDigest(JSON.stringify([about, attributes, references]));
  return { ...object, attributes: { ...attributes, description: `${about} ${contentMark(digest)}` } };
}
