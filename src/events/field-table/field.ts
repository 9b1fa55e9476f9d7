import type { EventFamily } from "../../domain/event.ts";

/** Mapping types. `raw` stays in `_source` and is not indexed; `labels` is an object of flat strings. */
export type FieldType =
  | "keyword"
  | "match_only_text"
  | "constant_keyword"
  | "wildcard"
  | "boolean"
  | "long"
  | "float"
  | "date"
  | "ip"
  | "flattened"
  | "raw"
  | "labels";

/** One leaf of the event contract. */
export interface Field {
  /** Full dotted name; in the document it is nested. */
  readonly name: string;
  readonly type: FieldType;
  readonly array: boolean;
  readonly families: readonly EventFamily[];
  /** Longest value in UTF-8 bytes, cut at a character; null where the type has no length. */
  readonly maxBytes: number | null;
  readonly maxItems: number | null;
  readonly origin: "ecs" | "tripline";
  readonly meaning: string;
}

/** A row as the tables spell it: the type ends in `[]` for leaves that are always arrays. */
export type FieldRow = readonly [
  name: string,
  type: FieldType | `${FieldType}[]`,
  families: readonly EventFamily[],
  meaning: string,
  limits?: { readonly bytes?: number; readonly items?: number },
];

export const ALL: readonly EventFamily[] = ["anomaly", "scan", "observation", "audit"];
export const ANOMALY: readonly EventFamily[] = ["anomaly"];
export const SCAN: readonly EventFamily[] = ["scan"];
export const OBSERVATION: readonly EventFamily[] = ["observation"];
export const AUDIT: readonly EventFamily[] = ["audit"];
export const JUDGED: readonly EventFamily[] = ["anomaly", "audit"];
/** Events about something that was seen on the wire. */
export const WIRE: readonly EventFamily[] = ["anomaly", "observation"];
export const MEASURED: readonly EventFamily[] = ["anomaly", "scan", "observation"];
export const HOSTED: readonly EventFamily[] = ["anomaly", "observation", "audit"];

// Elasticsearch silently leaves longer keywords out of the index, so no value may be longer than `ignore_above`.
const KEYWORD_BYTES = 1024;
const TEXT: ReadonlySet<FieldType> = new Set(["keyword", "match_only_text", "constant_keyword", "wildcard"]);

export function toField(row: FieldRow, origin: Field["origin"]): Field {
  const [name, typeText, families, meaning, limits] = row;
  const array = typeText.endsWith("[]");
  const type = typeText.replace("[]", "") as FieldType; // The template type has exactly these two shapes.
  const maxBytes = TEXT.has(type) ? (limits?.bytes ?? KEYWORD_BYTES) : (limits?.bytes ?? null);
  return { name, type, array, families, maxBytes, maxItems: limits?.items ?? null, origin, meaning };
}
