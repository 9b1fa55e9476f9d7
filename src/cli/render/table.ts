import { stripVTControlCharacters } from "node:util";

/** Columns aligned by the widest cell; the last one is never padded. Cells are plain or carry our own colours. */
export function table(rows: readonly (readonly string[])[], options: { readonly indent?: number } = {}): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => width(row[i] ?? ""))));
  const indent = " ".repeat(options.indent ?? 2);
  return rows
    .map((row) => indent + row.map((cell, i) => (i === row.length - 1 ? cell : pad(cell, widths[i] ?? 0))).join("  "))
    .map((line) => line.trimEnd())
    .join("\n");
}

function pad(cell: string, to: number): string {
  return cell + " ".repeat(Math.max(0, to - width(cell)));
}

function width(cell: string): number {
  return Array.from(stripVTControlCharacters(cell)).length;
}

/** Text from hosts is cut before it can break a line or a layout. */
export function cut(text: string, most: number): string {
  const characters = Array.from(text);
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join("")}…`;
}
