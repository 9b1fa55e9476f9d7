import type { DeclarationReader, FoundDeclaration, Problem, ReaderInput } from "../../model/reader.ts";
import { wrongFormat } from "../wrong-format.ts";
import { readCsv } from "./csv.ts";
import { normaliseRow } from "./normalise.ts";
import { NEEDED } from "./rows.ts";
import { entry } from "./schema.ts";
import { readYamlRows } from "./yaml.ts";

export const inventory: DeclarationReader = {
  tool: "inventory",
  reads: "inventory (CSV or YAML)",
  key: "inventory",
  entry,
  recognises: ({ file, text }) => /\.(csv|ya?ml)$/i.test(file) || hasHeader(text),
  read: async (input) => {
    const { declarations, problems } = readInventory(input);
    const [first, ...others] = problems;
    if (first !== undefined) return { state: "refused", problems: [first, ...others] };
    return { state: "read", format: isYaml(input) ? "yaml" : "csv", declarations, warnings: [] };
  },
};

/** Of a file whose name tells nothing: the columns that every row needs. */
function hasHeader(text: string): boolean {
  const header =
    text
      .slice(0, 4096)
      .split(/\r?\n/)
      .find((line) => line.trim() !== "" && !line.startsWith("#")) ?? "";
  const columns = header
    .toLowerCase()
    .split(/[,;]/)
    .map((cell) => cell.trim());
  return NEEDED.every((needed) => columns.includes(needed));
}

function isYaml({ file }: Pick<ReaderInput, "file">): boolean {
  return /\.ya?ml$/i.test(file);
}

interface InventoryRead {
  readonly declarations: readonly FoundDeclaration[];
  readonly problems: readonly Problem[];
}

/**
 * The text of an inventory → service declarations. Any problem makes the whole file unusable, because half an
 * inventory would produce false findings.
 */
function readInventory(input: ReaderInput): InventoryRead {
  const hint = wrongFormat(input.text);
  if (hint !== null) return { declarations: [], problems: [{ line: 1, column: 1, message: hint }] };
  const { rows, problems } = isYaml(input) ? readYamlRows(input.text) : readCsv(input.text);
  if (rows.length === 0 && problems.length === 0)
    return {
      declarations: [],
      problems: [{ line: 1, column: 1, message: "the inventory has no rows: it declares nothing" }],
    };
  const normalised = rows.map(normaliseRow);
  return {
    declarations: normalised.flatMap(({ declaration }) => declaration ?? []),
    problems: [...problems, ...normalised.flatMap((row) => row.problems)].toSorted(
      (a, b) => a.line - b.line || a.column - b.column,
    ),
  };
}
