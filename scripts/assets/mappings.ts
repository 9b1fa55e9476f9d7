import { type Field, FIELDS } from "../../src/events/fields.ts";
import type { AssetProfile } from "../../src/deliver/sinks/elasticsearch/assets/shipped.ts";
import type { JsonObject } from "../../src/domain/ports/setup.ts";

/** Every leaf of the field table. What is added later by an operator is mapped by name through `ecs@mappings`. */
export function mappings(profile: AssetProfile): JsonObject {
  return {
    date_detection: false,
    // Labels have any name; without the template a core server would make analysed text of them.
    dynamic_templates: [{ labels: { path_match: "labels.*", mapping: { type: "keyword", ignore_above: 1024 } } }],
    properties: properties(FIELDS, "", profile),
  };
}

/** `prefix`: dotted name of the object the fields are in, with a dot at its end. */
function properties(fields: readonly Field[], prefix: string, profile: AssetProfile): JsonObject {
  const groups = Map.groupBy(fields, (field) => field.name.slice(prefix.length).split(".")[0] ?? "");
  const entries = [...groups].map(([key, members]): [string, JsonObject] => {
    const name = prefix + key;
    const [only] = members;
    if (only !== undefined && only.name === name) return [key, mappingOf(only, profile)];
    const inner = { properties: properties(members, `${name}.`, profile) };
    // Our own object is closed: a leaf that is in no table is a bug, not a new field of the index.
    return [key, name === "tripline" ? { dynamic: false, ...inner } : inner];
  });
  return Object.fromEntries(entries);
}

function mappingOf(field: Field, profile: AssetProfile): JsonObject {
  const keyword = { type: "keyword", ignore_above: Math.max(1024, field.maxBytes ?? 0) };
  switch (field.type) {
    case "keyword":
      return keyword;
    case "constant_keyword":
      // OpenSearch wants the value of a constant in advance, and a namespace has none.
      return profile === "standard" ? constant(field.name) : keyword;
    case "wildcard":
      return profile === "core" ? keyword : { type: "wildcard", ignore_above: 1024 };
    case "match_only_text":
      return { type: profile === "core" ? "text" : "match_only_text" };
    case "flattened":
      if (profile === "opensearch") return { type: "flat_object" };
      return { type: "flattened", ignore_above: field.maxBytes ?? 1024 };
    case "raw":
      return { type: "object", enabled: false };
    case "labels":
      return { type: "object", dynamic: true };
    default:
      return { type: field.type };
  }
}

function constant(name: string): JsonObject {
  return name === "data_stream.type" ? { type: "constant_keyword", value: "logs" } : { type: "constant_keyword" };
}
