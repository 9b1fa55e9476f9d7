import { z } from "zod";
import type { FieldBaseline, HostField, PortField } from "../../domain/baseline.ts";
import { fieldFamily } from "./common.ts";
import { integer, text } from "../rows.ts";
import { mapOf, textOrNull } from "./json.ts";

export const comparability = mapOf(fieldFamily, z.string());

export const segmentVantage = z.strictObject({
  state: z.enum(["ok", "degraded"]),
  sourceAddress: textOrNull,
  cycles: z.number(),
});

export const classRates = mapOf(
  z.enum(["well-known", "registered", "nodeport", "ephemeral"]),
  z.strictObject({ opened: z.number(), trials: z.number() }),
);

export const evidenceKind = z.enum(["ssh", "tls", "mac", "name", "address"]);

// A record and not a list: a new field in the domain must not compile until it is named here.
const PORT_FIELDS: Readonly<Record<PortField, true>> = {
  service: true,
  product: true,
  version: true,
  extra_info: true,
  banner: true,
  tls: true,
  ssh: true,
  http_title: true,
};
const HOST_FIELDS: Readonly<Record<HostField, true>> = {
  ip: true,
  mac: true,
  name: true,
  os_family: true,
  stack: true,
  reason_ttl: true,
  all_ports_open: true,
};

export function isPortField(name: string): name is PortField {
  return Object.hasOwn(PORT_FIELDS, name);
}

export function isHostField(name: string): name is HostField {
  return Object.hasOwn(HOST_FIELDS, name);
}

/**
 * Fields as `[name, value, streak, observed, changes, current?]`, `current` only where it differs. By hand instead
 * of by schema: 100,000 ports are read in one go, and this is half of the time.
 */
export function packFields(fields: ReadonlyMap<string, FieldBaseline>): string {
  return JSON.stringify([...fields].map(([name, f]) => packField(name, f)));
}

function packField(name: string, field: FieldBaseline): readonly unknown[] {
  const fixed = [name, field.value, field.streak, field.observed, field.changes];
  return field.current === field.value ? fixed : [...fixed, field.current];
}

export function unpackFields<F extends string>(
  json: unknown,
  isField: (name: string) => name is F,
): ReadonlyMap<F, FieldBaseline> {
  const rows: unknown = JSON.parse(text(json));
  if (!Array.isArray(rows)) throw new TypeError("fields are a list");
  const fields = new Map<F, FieldBaseline>();
  for (const row of rows) addField(fields, row, isField);
  return fields;
}

function addField<F extends string>(
  fields: Map<F, FieldBaseline>,
  row: unknown,
  isField: (name: string) => name is F,
): void {
  if (!Array.isArray(row)) throw new TypeError("a field is a list");
  const cells: readonly unknown[] = row;
  const name = text(cells[0]);
  if (!isField(name)) throw new TypeError(`${name.slice(0, 40)} is not a field`);
  const value = text(cells[1]);
  fields.set(name, {
    value,
    current: cells.length > 5 ? text(cells[5]) : value,
    streak: integer(cells[2]),
    observed: integer(cells[3]),
    changes: integer(cells[4]),
  });
}
