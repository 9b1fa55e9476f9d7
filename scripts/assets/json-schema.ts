import { EVENT_FAMILIES, type EventFamily } from "../../src/domain/event.ts";
import { type Field, FIELDS } from "../../src/events/fields.ts";
import type { JsonObject } from "../../src/domain/ports/setup.ts";

const REQUIRED: readonly string[] = [
  "@timestamp",
  "message",
  "ecs.version",
  "data_stream.type",
  "data_stream.dataset",
  "data_stream.namespace",
  "event.kind",
  "event.category",
  "event.type",
  "event.action",
  "event.module",
  "event.dataset",
  "event.id",
  "event.created",
  "observer.name",
  "agent.id",
  "tripline.schema",
];

/** The event contract for consumers that are not Elasticsearch; fields they do not know are allowed. */
export function jsonSchema(): JsonObject {
  const families = EVENT_FAMILIES.map((family): [string, JsonObject] => [family, familySchema(family)]);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: "urn:tripline:schema:event:1",
    title: "Tripline event, contract version 1",
    description: "One JSON document per event. Ignore unknown fields, count by event.id.",
    oneOf: EVENT_FAMILIES.map((family) => ({ $ref: `#/$defs/${family}` })),
    $defs: Object.fromEntries(families),
  };
}

function familySchema(family: EventFamily): JsonObject {
  const fields = FIELDS.filter((field) => field.families.includes(family) && field.name !== "event.ingested");
  return objectSchema(fields, { family, prefix: "" });
}

interface Place {
  readonly family: EventFamily;
  /** Dotted name of the object, with a dot at its end; empty at the root. */
  readonly prefix: string;
}

function objectSchema(fields: readonly Field[], place: Place): JsonObject {
  const groups = Map.groupBy(fields, (field) => field.name.slice(place.prefix.length).split(".")[0] ?? "");
  const properties = [...groups].map(([key, members]): [string, JsonObject] => {
    const name = place.prefix + key;
    const [only] = members;
    if (only !== undefined && only.name === name) return [key, leaf(only, place.family)];
    return [key, objectSchema(members, { ...place, prefix: `${name}.` })];
  });
  const required = [...groups.keys()].filter((key) => isRequired(place.prefix + key));
  const must = required.length === 0 ? {} : { required };
  return { type: "object", ...must, properties: Object.fromEntries(properties) };
}

function isRequired(name: string): boolean {
  return REQUIRED.some((required) => required === name || required.startsWith(`${name}.`));
}

function leaf(field: Field, family: EventFamily): JsonObject {
  const value = valueOf(field, family);
  const limit = field.maxItems === null ? {} : { maxItems: field.maxItems };
  if (!field.array) return { description: field.meaning, ...value };
  return { description: field.meaning, type: "array", minItems: 1, ...limit, items: value };
}

function valueOf(field: Field, family: EventFamily): JsonObject {
  if (field.name === "data_stream.dataset" || field.name === "event.dataset") return { const: `tripline.${family}` };
  switch (field.type) {
    case "long":
      return { type: "integer" };
    case "float":
      return { type: "number" };
    case "boolean":
      return { type: "boolean" };
    case "date":
      return { type: "string", format: "date-time" };
    case "ip":
      return { type: "string", anyOf: [{ format: "ipv4" }, { format: "ipv6" }] };
    case "labels":
    case "flattened":
      return { type: "object", additionalProperties: { type: "string", maxLength: field.maxBytes ?? 1024 } };
    case "raw":
      return { type: "object" };
    default:
      return { type: "string", minLength: 1, maxLength: field.maxBytes ?? 1024 };
  }
}
