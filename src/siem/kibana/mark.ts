import type { AssetMark, JsonObject } from "../../domain/ports/setup.ts";
import { readJson } from "./nested-json.ts";
import type { SavedObject } from "./saved-object.ts";

/**
 * Edition of what we install into Kibana. It is raised with every change of the content, so that an older program
 * leaves the newer content alone.
 */
export const CONTENT_VERSION = "1.0";

const MARK = / ?\[Tripline content (\d+(?:\.\d+)*), ([\w-]+)\]/;

/** A data view has no description of its own; that of this field is shown where fields are listed. */
const MARKED_FIELD = "tripline.schema";
const ABOUT_FIELD = "Version of the event contract.";

/** The mark of an object of ours; null: it is not ours, or somebody took the mark out. */
export function markOf({ type, attributes }: Pick<SavedObject, "type" | "attributes">): AssetMark | null {
  const text = type === "index-pattern" ? fieldDescription(attributes) : attributes["description"];
  const [, version, hash] = MARK.exec(typeof text === "string" ? text : "") ?? [];
  return version === undefined || hash === undefined ? null : { version, hash };
}

export function withMark<T extends Pick<SavedObject, "type" | "attributes">>(object: T, mark: AssetMark): T {
  const { type, attributes } = object;
  const note = `[Tripline content ${mark.version}, ${mark.hash ?? "-"}]`;
  const about = typeof attributes["description"] === "string" ? withoutMark(attributes["description"]) : "";
  const marked =
    type === "index-pattern"
      ? { fieldAttrs: JSON.stringify({ [MARKED_FIELD]: { customDescription: `${ABOUT_FIELD} ${note}` } }) }
      : { description: `${about} ${note}`.trimStart() };
  return { ...object, attributes: { ...attributes, ...marked } };
}

export function withoutMark(description: string): string {
  return description.replace(MARK, "");
}

function fieldDescription({ fieldAttrs }: SavedObject["attributes"]): unknown {
  const fields = readJson(fieldAttrs);
  const field = isObject(fields) ? fields[MARKED_FIELD] : undefined;
  return isObject(field) ? field["customDescription"] : undefined;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
