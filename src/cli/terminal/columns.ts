import type { Column } from "../../report/text/document.ts";

/** How a table is laid out on a page. */
export type Fit =
  /** Every column has its place; `text` columns wrap. */
  | { readonly how: "columns"; readonly shown: readonly number[]; readonly widths: readonly number[] }
  /** The last `text` column stands below its row. */
  | {
      readonly how: "below";
      readonly shown: readonly number[];
      readonly widths: readonly number[];
      readonly below: number;
    }
  /** Not even the columns that are never cut fit side by side: one line per cell. */
  | { readonly how: "stacked" };

export interface Sizes {
  readonly columns: readonly Column[];
  /** The widest cell of each column, its head included. */
  readonly natural: readonly number[];
  /** Columns of the page without the indent of the table; Infinity: a pipe or a file. */
  readonly page: number;
}

/** White space between two columns. */
export const GUTTER = 2;
/** Below this a wrapped sentence is a ribbon nobody can read; it then goes below its row. */
const LEAST_SENTENCE = 36;
/** Names, ports and paths can be read in less. */
const LEAST_TEXT = 16;

/**
 * In this order: everything side by side; `text` columns wrapped; the last `text` column below its row; without the
 * rightmost `extra` column, and again. What identifies a row is never left out or cut.
 */
export function fitColumns(sizes: Sizes): Fit {
  for (const shown of choices(sizes.columns)) {
    const fit = inColumns(sizes, shown) ?? belowRow(sizes, shown);
    if (fit !== null) return fit;
  }
  return { how: "stacked" };
}

/** All columns, then without the rightmost `extra` one, and so on. */
function choices(columns: readonly Column[]): readonly (readonly number[])[] {
  const all = columns.map((_, i) => i);
  const extras = all.filter((i) => columns[i]?.role === "extra").toReversed();
  return [all, ...extras.map((_, n) => all.filter((i) => !extras.slice(0, n + 1).includes(i)))];
}

function inColumns({ columns, natural, page }: Sizes, shown: readonly number[]): Fit | null {
  const gutters = GUTTER * (shown.length - 1);
  const sizes = shown.map((i) => natural[i] ?? 0);
  const texts = shown.filter((i) => columns[i]?.role === "text");
  const fixed = sum(shown.filter((i) => !texts.includes(i)).map((i) => natural[i] ?? 0));
  if (sum(sizes) + gutters <= page) return { how: "columns", shown, widths: sizes };
  const level = fillTo(
    texts.map((i) => natural[i] ?? 0),
    page - fixed - gutters,
  );
  const enough = texts.every((i) => Math.min(natural[i] ?? 0, level) >= least(natural[i] ?? 0, i === shown.at(-1)));
  if (texts.length === 0 || !enough) return null;
  return {
    how: "columns",
    shown,
    widths: shown.map((i, n) => (texts.includes(i) ? Math.min(sizes[n] ?? 0, level) : (sizes[n] ?? 0))),
  };
}

function least(natural: number, last: boolean): number {
  return Math.min(natural, last ? LEAST_SENTENCE : LEAST_TEXT);
}

function belowRow(sizes: Sizes, shown: readonly number[]): Fit | null {
  const { columns } = sizes;
  const below = shown.findLast((i) => columns[i]?.role === "text");
  if (below === undefined || shown.length === 1) return null;
  const row = inColumns(
    sizes,
    shown.filter((i) => i !== below),
  );
  return row?.how === "columns" ? { ...row, how: "below", below } : null;
}

/** The level to which columns are cut back so that all of them together take at most `room`. */
function fillTo(naturals: readonly number[], room: number): number {
  let left = room;
  const sorted = naturals.toSorted((a, b) => a - b);
  for (const [n, natural] of sorted.entries()) {
    const share = Math.floor(left / (sorted.length - n));
    if (natural > share) return share;
    left -= natural;
  }
  return Infinity;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0);
}
