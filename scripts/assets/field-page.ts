import { ECS_VERSION, EVENT_FAMILIES, type EventFamily, SCHEMA_VERSION } from "../../src/domain/event.ts";
import { ACTIONS, PUBLISHED_ACTIONS } from "../../src/domain/kinds/actions.ts";
import type { EventCells } from "../../src/domain/kinds/row.ts";
import { reservedFor } from "../../src/events/field-table/reserved.ts";
import { type Field, FIELDS, MAX_EVENT_BYTES, MAX_MESSAGE } from "../../src/events/fields.ts";

const FAMILY_TEXT: Readonly<Record<EventFamily, string>> = {
  anomaly: "`alert` or `event`: one per step in the life of an anomaly",
  scan: "`event`: one per scan, the last event of it, and one per change in the health of the sensor",
  observation:
    "`state`: a host or service seen first, changed or closed; what does not change, a host daily and its services monthly",
  audit: "`event`: who accepted, muted or changed what",
};

/** The page of docs/reference: every field, every action, every limit. */
export function fieldPage(): string {
  return [
    "# Events",
    "",
    "<!-- Made by `npm run assets` from src/events; change it there. -->",
    "",
    ...intro(),
    ...families(),
    ...actions(),
    ...fieldTables(),
    "",
  ].join("\n");
}

function intro(): readonly string[] {
  return [
    `Documents follow ECS ${ECS_VERSION}; fields that ECS does not have are in \`tripline\`, contract version ${SCHEMA_VERSION}.`,
    "Elasticsearch and Kafka get the same bytes: one JSON document per event.",
    "",
    "- Objects are nested; a field without a value is absent, never null or empty.",
    "- `event.id` is also the document id. Delivery is at least once: count by `event.id`.",
    "- `host` is the scanned host, `server` and `destination` are the same endpoint of it.",
    "- `source.ip` is the vantage: the address that the agent scans from.",
    "- `event.kind: alert` only for a notable anomaly (opened or escalated) at or above `alert_at`.",
    "- `event.severity` is 21 (low), 47 (medium), 73 (high) or 99 (critical).",
    "- `event.ingested` is set by the ingest pipeline.",
    `- An event has at most ${MAX_EVENT_BYTES} bytes, a message ${MAX_MESSAGE} characters. Cut fields are named in \`tripline.truncated\`.`,
    "- Ignore unknown fields: a new field is a minor version of the contract.",
    "- Words: [glossary.md](glossary.md).",
    "",
  ];
}

function families(): readonly string[] {
  const rows = EVENT_FAMILIES.map(
    (f) => `| ${f} | \`logs-tripline.${f}-<namespace>\` | \`tripline.${f}\` | ${FAMILY_TEXT[f]} |`,
  );
  return ["## Families", "", "| family | data stream | Kafka topic | `event.kind` |", "|---|---|---|---|", ...rows, ""];
}

function actions(): readonly string[] {
  const rows = PUBLISHED_ACTIONS.map((slug) => `| \`${slug}\` | ${rowText(ACTIONS[slug])} |`);
  const head = "| `event.action` | meaning | part | category | type | ATT&CK candidates |";
  return [
    "## Actions",
    "",
    "`rule.id` is `tl-` and the action. The type is that of the opening; later steps of an anomaly are `info`.",
    "",
    head,
    "|---|---|---|---|---|---|",
    ...rows,
    "",
  ];
}

function rowText(row: EventCells): string {
  const attack = row.attack.length === 0 ? "–" : row.attack.join(", ");
  return [row.rule, row.group, row.category.join(", "), row.type, attack].join(" | ");
}

function fieldTables(): readonly string[] {
  const ecs = FIELDS.filter((field) => field.origin === "ecs");
  const own = FIELDS.filter((field) => field.origin === "tripline");
  return ["## ECS fields", "", ...table(ecs), "", "## tripline fields", "", ...table(own)];
}

function table(fields: readonly Field[]): readonly string[] {
  const rows = fields.map(
    (f) => `| \`${f.name}\` | ${typeText(f)} | ${familyText(f)} | ${limitText(f)} | ${meaningText(f)} |`,
  );
  return ["| field | type | families | limit | meaning |", "|---|---|---|---|---|", ...rows];
}

function meaningText({ name, meaning }: Field): string {
  const later = reservedFor(name);
  return later === null
    ? meaning
    : `**Not sent yet**, reserved for ${later}. ${meaning === "Reserved." ? "" : meaning}`.trim();
}

function typeText(field: Field): string {
  return field.array ? `${field.type} []` : field.type;
}

function familyText(field: Field): string {
  return field.families.length === EVENT_FAMILIES.length ? "all" : field.families.join(", ");
}

function limitText(field: Field): string {
  const bytes = field.maxBytes === null ? [] : [`${field.maxBytes} bytes`];
  const items = field.maxItems === null ? [] : [`${field.maxItems} values`];
  return [...items, ...bytes].join(", ");
}
