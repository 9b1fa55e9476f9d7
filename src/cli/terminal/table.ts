import type { TableBlock } from "../../report/text/document.ts";
import { type Fit, fitColumns, GUTTER } from "./columns.ts";
import { displayWidth } from "./display-width.ts";
import { type Line, lineOf, painted, split } from "./inline.ts";
import type { Page } from "./page.ts";

/** Further in than its row, so that rows can be told apart. */
const BELOW_INDENT = 4;

/** The table in lines of the page. Nothing is cut: cells wrap, go below their row, or are named as left out. */
export function tableLines(table: TableBlock, page: Page): readonly string[] {
  const indent = page.width > table.indent * 8 ? table.indent : 0;
  const room = page.width - indent;
  const limit = page.width === Infinity ? undefined : table.most;
  const rows = table.rows.slice(0, limit).map((row) => row.map((cell) => lineOf([cell])));
  const heads = table.columns.map(({ head }) => lineOf([head]));
  const headed = heads.some((head) => head.text !== "");
  const natural = heads.map((head, i) => Math.max(...[head, ...rows.map((row) => row[i])].map(widthOf)));
  const fit = fitColumns({ columns: table.columns, natural, page: room });
  const body =
    fit.how === "cells"
      ? rows.flatMap((row, n) => [...(n === 0 ? [] : [""]), ...stacked(heads, row, { ...page, width: room })])
      : [...(headed ? [heads] : []), ...rows].flatMap((row) => sideBySide(row, fit, { ...page, width: room }));
  const notes = [...leftOut(table, fit), ...unshown(table, rows.length)];
  return [...body, ...notes.flatMap((note) => split(lineOf([note]), room).map(({ text }) => page.paint("dim", text)))]
    .map((line) => (line === "" ? "" : " ".repeat(indent) + line))
    .map((line) => line.trimEnd());
}

function widthOf(line: Line | undefined): number {
  return line === undefined ? 0 : displayWidth(line.text);
}

type Rows = Extract<Fit, { readonly how: "rows" }>;

function sideBySide(row: readonly Line[], fit: Rows, page: Page): readonly string[] {
  const cells = fit.shown.map((i, n) => split(row[i] ?? EMPTY, fit.widths[n] ?? 1));
  const height = Math.max(...cells.map((cell) => cell.length));
  const lines = Array.from({ length: height }, (_, y) =>
    cells.map((cell, n) => padded(cell[y] ?? EMPTY, fit.widths[n] ?? 0, page)).join(" ".repeat(GUTTER)),
  );
  return [...lines, ...fit.below.flatMap((i) => belowLines(row[i] ?? EMPTY, page))];
}

function belowLines(cell: Line, page: Page): readonly string[] {
  if (cell.text === "") return [];
  return split(cell, page.width - BELOW_INDENT).map((line) => " ".repeat(BELOW_INDENT) + painted(line, page.paint));
}

const EMPTY: Line = { text: "", tones: [] };

function padded(line: Line, to: number, { paint }: Page): string {
  return painted(line, paint) + " ".repeat(Math.max(0, to - displayWidth(line.text)));
}

function stacked(heads: readonly Line[], row: readonly Line[], page: Page): readonly string[] {
  return row.flatMap((cell, i) => {
    const head = heads[i]?.text ?? "";
    if (cell.text === "") return [];
    const label = lineOf(head === "" ? [] : [{ text: head, tone: "dim" }, " "]);
    const whole: Line = {
      text: label.text + cell.text,
      tones: [
        ...label.tones,
        ...cell.tones.map((one) => ({
          ...one,
          start: one.start + label.text.length,
          end: one.end + label.text.length,
        })),
      ],
    };
    return split(whole, page.width).map((line) => painted(line, page.paint));
  });
}

/** What a narrow page does not show, and where it is. */
function leftOut({ columns }: TableBlock, fit: Fit): readonly string[] {
  if (fit.how === "cells") return [];
  const missing = columns.filter((column, i) => column.role !== "text" && ![...fit.shown, ...fit.below].includes(i));
  if (missing.length === 0) return [];
  const names = missing.map(({ head }) => head.toLowerCase()).join(", ");
  return [`not shown for lack of space: ${names} (in a wider terminal, a pipe or --json)`];
}

function unshown({ rows }: TableBlock, shown: number): readonly string[] {
  const rest = rows.length - shown;
  return rest <= 0 ? [] : [`and ${rest} more (all of them in a pipe or --json)`];
}
