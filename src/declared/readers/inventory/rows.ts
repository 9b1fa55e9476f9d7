import { didYouMean } from "../../../config/suggest.ts";
import type { Place, Problem } from "../../model/reader.ts";

/** One cell with its place; line and column from 1. */
export interface Cell extends Place {
  readonly text: string;
}

/** A row of an inventory, whatever it was written in: column name → cell. */
export type InventoryRow = ReadonlyMap<string, Cell>;

export interface RowsRead {
  readonly rows: readonly InventoryRow[];
  readonly problems: readonly Problem[];
}

export const COLUMNS = ["host", "port", "proto", "service", "scope", "owner", "expires", "ticket"] as const;
/** What every row has. */
export const NEEDED = ["host", "port"] as const satisfies readonly (typeof COLUMNS)[number][];
export type Column = (typeof COLUMNS)[number];

/** Names that other inventories use for the same thing. */
const ALSO_CALLED: ReadonlyMap<string, Column> = new Map([
  ...["ip", "ip_address", "address", "addr", "hostname", "fqdn", "name", "server", "target"].map(
    (name) => [name, "host"] as const,
  ),
  ...["port_number", "portnumber", "dport"].map((name) => [name, "port"] as const),
  ...["protocol", "transport", "l4"].map((name) => [name, "proto"] as const),
  ...["app", "application", "service_name"].map((name) => [name, "service"] as const),
  ...["from", "source", "sources"].map((name) => [name, "scope"] as const),
  ...["team", "contact"].map((name) => [name, "owner"] as const),
  ...["expiry", "valid_until", "until"].map((name) => [name, "expires"] as const),
  ...["issue", "change", "reference"].map((name) => [name, "ticket"] as const),
]);

/** What to say of a column or key that there is not. */
export function unknownName(what: "column" | "key", name: string): string {
  const meant = ALSO_CALLED.get(name.toLowerCase().replaceAll(/[\s-]+/g, "_")) ?? didYouMean(name, COLUMNS);
  const hint = meant === null ? `known: ${COLUMNS.join(", ")}` : `did you mean ${meant}?`;
  return `unknown ${what} "${name.slice(0, 40)}"; ${hint}`;
}

export function isColumn(text: string): text is Column {
  return COLUMNS.some((column) => column === text);
}
