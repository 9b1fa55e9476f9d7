import { type Cell, isColumn, NEEDED, unknownName, type InventoryRow, type RowsRead } from "./rows.ts";
import type { Problem } from "../../model/reader.ts";

/**
 * RFC 4180 with positions: quotes, doubled quotes, line breaks inside quotes, CRLF, a byte order mark; `;` where the
 * header uses it. Blank lines and lines that start with # are passed over.
 */
export function readCsv(text: string): RowsRead {
  const body = text.startsWith("\ufeff") ? text.slice(1) : text;
  const separator = separatorOf(body);
  const { records, problems } = tokenise(body, separator);
  const [header, ...rest] = records.filter((record) => !isBlank(record));
  if (header === undefined)
    return { rows: [], problems: [{ line: 1, column: 1, message: "the file has no header line" }] };
  const wrong = header.flatMap((cell, i) => [...unknownColumn(cell), ...repeatedColumn(cell, header.slice(0, i))]);
  const lacking = NEEDED.filter((name) => !header.some((cell) => nameOf(cell) === name));
  if (lacking.length > 0)
    return { rows: [], problems: [...problems, ...wrong, ...lacking.map((name) => lacks(header, name))] };
  const short = rest.filter((record) => record.length > header.length).map((record) => tooLong(record, header.length));
  return { rows: rest.map((record) => rowOf(header, record)), problems: [...problems, ...wrong, ...short] };
}

function separatorOf(text: string): "," | ";" {
  const first = text.split(/\r?\n/).find((line) => line.trim() !== "" && !line.startsWith("#")) ?? "";
  return first.includes(";") && !first.includes(",") ? ";" : ",";
}

function isBlank(record: readonly Cell[]): boolean {
  const [first] = record;
  return record.every((cell) => cell.text.trim() === "") || (first?.text.startsWith("#") ?? false);
}

/** Without one of these every row would be wrong in the same way. */
function lacks([first]: readonly Cell[], name: string): Problem {
  return { line: first?.line ?? 1, column: 1, message: `the header has no column "${name}"` };
}

function nameOf(cell: Cell): string {
  return cell.text.trim().toLowerCase();
}

function unknownColumn(cell: Cell): Problem[] {
  const name = nameOf(cell);
  if (isColumn(name)) return [];
  return [{ line: cell.line, column: cell.column, message: unknownName("column", name) }];
}

function repeatedColumn(cell: Cell, before: readonly Cell[]): Problem[] {
  const name = nameOf(cell);
  if (!isColumn(name) || !before.some((other) => nameOf(other) === name)) return [];
  return [{ line: cell.line, column: cell.column, message: `the column "${name}" appears twice` }];
}

function tooLong(record: readonly Cell[], columns: number): Problem {
  const extra = record[columns];
  return {
    line: extra?.line ?? 1,
    column: extra?.column ?? 1,
    message: `the row has ${record.length} cells, the header ${columns}`,
  };
}

function rowOf(header: readonly Cell[], record: readonly Cell[]): InventoryRow {
  const cells = header.flatMap((column, i): [string, Cell][] => {
    const cell = record[i];
    return cell === undefined || cell.text.trim() === "" ? [] : [[nameOf(column), { ...cell, text: cell.text.trim() }]];
  });
  const [first] = record;
  // The place of the row itself, for what is said about it as a whole.
  return new Map([["", { text: "", line: first?.line ?? 1, column: first?.column ?? 1 }], ...cells]);
}

interface Scanner {
  at: number;
  line: number;
  column: number;
}

function tokenise(
  text: string,
  separator: string,
): { readonly records: readonly (readonly Cell[])[]; readonly problems: readonly Problem[] } {
  const records: Cell[][] = [];
  const problems: Problem[] = [];
  const scanner: Scanner = { at: 0, line: 1, column: 1 };
  let record: Cell[] = [];
  while (scanner.at < text.length) {
    const { line, column } = scanner;
    const quoted = text[scanner.at] === '"';
    const cell = quoted ? readQuoted(text, scanner) : readPlain(text, scanner, separator);
    if (cell === null) problems.push({ line, column, message: "a quote is opened and never closed" });
    record.push({ text: cell ?? "", line, column });
    if (text[scanner.at] === separator) {
      step(text, scanner);
      if (scanner.at === text.length) record.push({ text: "", line: scanner.line, column: scanner.column });
      continue;
    }
    while (text[scanner.at] === "\r") step(text, scanner);
    if (text[scanner.at] === "\n") step(text, scanner);
    records.push(record);
    record = [];
  }
  if (record.length > 0) records.push(record);
  return { records, problems };
}

function step(text: string, scanner: Scanner): void {
  const isBreak = text[scanner.at] === "\n";
  scanner.at += 1;
  scanner.line += isBreak ? 1 : 0;
  scanner.column = isBreak ? 1 : scanner.column + 1;
}

function readPlain(text: string, scanner: Scanner, separator: string): string {
  const start = scanner.at;
  while (scanner.at < text.length && !["\n", "\r", separator].includes(text[scanner.at] ?? "")) step(text, scanner);
  return text.slice(start, scanner.at);
}

/** Null when the quote never ends. What follows a closing quote up to the separator is kept as it is. */
function readQuoted(text: string, scanner: Scanner): string | null {
  step(text, scanner);
  let value = "";
  while (scanner.at < text.length) {
    if (text[scanner.at] === '"') {
      step(text, scanner);
      if (text[scanner.at] !== '"') return value;
    }
    value += text[scanner.at] ?? "";
    step(text, scanner);
  }
  return null;
}
