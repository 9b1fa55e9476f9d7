import type { Declaration, DeclarationSource } from "../../../domain/declaration.ts";
import { readCsv } from "./csv.ts";
import { normaliseRow } from "./normalise.ts";
import type { Problem } from "./rows.ts";
import { readYamlRows } from "./yaml.ts";

export interface InventoryRead {
  readonly declarations: readonly Declaration[];
  readonly problems: readonly Problem[];
}

/** The text of an inventory → service declarations. Any problem makes the whole file unusable: half an inventory lies. */
export function readInventory(text: string, file: Omit<DeclarationSource, "line" | "column">): InventoryRead {
  const hint = wrongFormat(text);
  if (hint !== null) return { declarations: [], problems: [{ line: 1, column: 1, message: hint }] };
  const { rows, problems } = /\.ya?ml$/i.test(file.file) ? readYamlRows(text) : readCsv(text);
  if (rows.length === 0 && problems.length === 0)
    return {
      declarations: [],
      problems: [{ line: 1, column: 1, message: "the inventory has no rows: it declares nothing" }],
    };
  const normalised = rows.map((row) => normaliseRow(row, file));
  return {
    declarations: normalised.flatMap(({ declaration }) => declaration ?? []),
    problems: [...problems, ...normalised.flatMap((row) => row.problems)].toSorted(
      (a, b) => a.line - b.line || a.column - b.column,
    ),
  };
}

/** What people hand over by mistake, with the way out. */
function wrongFormat(text: string): string | null {
  if (text.trim() === "") return "the file is empty; an inventory has a header and rows";
  if (text.includes("\0"))
    return "this is a binary file, no inventory; a Terraform plan must be exported as text first";
  if (/^\s*\{/.test(text) && /"(terraform_version|format_version)"/.test(text))
    return "this is a Terraform state or plan; this version reads inventories (CSV, YAML)";
  return /\{\{|\{%/.test(text) ? "this is a template; render it first" : null;
}
