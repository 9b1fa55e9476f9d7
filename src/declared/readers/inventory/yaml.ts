import { parseYaml, type YamlDocument } from "../../../lib/yaml.ts";
import { type Cell, isColumn, unknownName, type InventoryRow, type RowsRead } from "./rows.ts";
import type { Problem } from "../../model/reader.ts";

/** A list of rows with the same keys as the CSV header. `scope` may be a list. */
export function readYamlRows(text: string): RowsRead {
  const document = parseYaml(text);
  if (document.errors.length > 0)
    return { rows: [], problems: document.errors.map(({ line, column, message }) => ({ line, column, message })) };
  const list = document.value;
  if (!Array.isArray(list))
    return {
      rows: [],
      problems: [{ line: 1, column: 1, message: "an inventory is a list of rows: - { host: …, port: … }" }],
    };
  const read = list.map((entry: unknown, i) => readRow(entry, i, document));
  return { rows: read.flatMap((r) => r.row ?? []), problems: read.flatMap((r) => r.problems) };
}

function readRow(
  entry: unknown,
  i: number,
  document: YamlDocument,
): { readonly row: InventoryRow | null; readonly problems: readonly Problem[] } {
  const place = document.positionOf([i]);
  if (typeof entry !== "object" || entry === null || Array.isArray(entry)) {
    return {
      row: null,
      problems: [{ line: place.line, column: place.column, message: "a row is a map with host, port, …" }],
    };
  }
  const cells = new Map<string, Cell>([["", { text: "", line: place.line, column: place.column }]]);
  const problems: Problem[] = [];
  for (const [key, value] of Object.entries(entry)) {
    const at = document.positionOf([i, key]);
    if (!isColumn(key)) {
      const { line, column } = document.keyPositionOf([i, key]);
      problems.push({ line, column, message: unknownName("key", key) });
    } else if (value !== null && value !== "") {
      cells.set(key, { text: textOf(value), line: at.line, column: at.column });
    }
  }
  return { row: cells, problems };
}

function textOf(value: unknown): string {
  return Array.isArray(value) ? value.map(String).join(" ") : String(value);
}
