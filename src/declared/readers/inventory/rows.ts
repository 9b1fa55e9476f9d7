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
export type Column = (typeof COLUMNS)[number];

/** What to say of a column or key that there is not. */
export function unknownName(what: "column" | "key", name: string): string {
  const meant = didYouMean(name, COLUMNS);
  const hint = meant === null ? `known: ${COLUMNS.join(", ")}` : `did you mean ${meant}?`;
  return `unknown ${what} "${name.slice(0, 40)}"; ${hint}`;
}

export function isColumn(text: string): text is Column {
  return COLUMNS.some((column) => column === text);
}
