import type { AssetMark, Json, JsonObject } from "../../domain/ports/setup.ts";

/** What makes a rule. Whether it is on, whom it tells and what is excepted from it belongs to who uses it. */
const RULE_KEYS = [
  "name",
  "description",
  "type",
  "language",
  "index",
  "query",
  "threshold",
  "interval",
  "from",
  "to",
  "max_signals",
  "severity",
  "risk_score",
  "severity_mapping",
  "risk_score_mapping",
  "rule_name_override",
  "timestamp_override",
  "investigation_fields",
  "false_positives",
  "references",
  "note",
  "setup",
  "threat",
  "tags",
] as const;

/** Fixed for each rule, whatever becomes of its name. */
export function ruleId({ rule_id: id }: JsonObject): string {
  return typeof id === "string" ? id : "";
}

/** Kept from a rule that is replaced. */
export const USERS_OWN = ["enabled", "actions", "exceptions_list"] as const;

const LIST_KEYS = ["name", "description", "type", "entries", "tags"] as const;

export function comparedRule(rule: JsonObject): JsonObject {
  return picked(rule, RULE_KEYS);
}

export function comparedList(list: JsonObject): JsonObject {
  return picked(list, LIST_KEYS);
}

function picked(object: JsonObject, keys: readonly string[]): JsonObject {
  const there = keys.filter((key) => object[key] !== undefined);
  return Object.fromEntries(
    there.map((key) => [key, key === "tags" ? withoutMark(object[key]) : (object[key] ?? null)]),
  );
}

const MARK = /^Tripline pack (\d+(?:\.\d+)*) \(([\w-]+)\)$/;

/** A rule has no field for a mark that saving it would not wipe, but tags stay. */
export function markOf({ tags }: JsonObject): AssetMark | null {
  const found = listOf(tags).flatMap((tag) => MARK.exec(tag) ?? []);
  const [, version, hash] = found;
  return version === undefined || hash === undefined ? null : { version, hash };
}

export function withMark(object: JsonObject, { version, hash }: AssetMark): JsonObject {
  return { ...object, tags: [...withoutMark(object["tags"]), `Tripline pack ${version} (${hash ?? "-"})`] };
}

function withoutMark(tags: Json | undefined): readonly string[] {
  return listOf(tags).filter((tag) => !MARK.test(tag));
}

function listOf(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];
}
