import type { Column } from "../../report/text/document.ts";

/** How a table is laid out on a page. */
export type Fit =
  /** Columns beside each other, `text` ones wrapped; the cells of `below` follow under their row, a line each. */
  | {
      readonly how: "rows";
      readonly shown: readonly number[];
      readonly widths: readonly number[];
      readonly below: readonly number[];
    }
  /** Not even the first column fits: one line per cell, broken where it must be. */
  | { readonly how: "cells" };

export interface Sizes {
  readonly columns: readonly Column[];
  /** The widest cell of each column, its head included. */
  readonly natural: readonly number[];
  /** Columns of the page without the indent of the table; Infinity: a pipe or a file. */
  readonly page: number;
}

/** Of a `text` column that says nothing else; a wide character alone takes two. */
const LEAST_TEXT = 8;
/** White space between two columns. */
export const GUTTER = 2;

/**
 * In this order: everything side by side, `text` columns wrapped; without `spare` columns; the last `text` column below
 * its row; without `extra` columns; more columns below their row, from the right. Of columns that may be left out the
 * rightmost goes first. What identifies a row is never left out or cut.
 */
export function fitColumns(sizes: Sizes): Fit {
  const all = sizes.columns.map((_, i) => i);
  const lean = leftOut(sizes, all, "spare");
  const leanest = leftOut(sizes, lean.at(-1) ?? all, "extra");
  const text = all.findLast((i) => sizes.columns[i]?.role === "text");
  const first = fitting(lean, (shown) => sideBySide(sizes, shown, []));
  const second = fitting(leanest, (shown) => (text === undefined ? null : sideBySide(sizes, shown, [text])));
  return first ?? second ?? suffixBelow(sizes, leanest.at(-1) ?? all) ?? { how: "cells" };
}

function fitting(choices: readonly (readonly number[])[], fit: (shown: readonly number[]) => Fit | null): Fit | null {
  for (const shown of choices) {
    const found = fit(shown);
    if (found !== null) return found;
  }
  return null;
}

/** These columns, then without the rightmost of the role, and so on. */
function leftOut({ columns }: Sizes, shown: readonly number[], role: Column["role"]): readonly (readonly number[])[] {
  const going = shown.filter((i) => columns[i]?.role === role).toReversed();
  return [shown, ...going.map((_, n) => shown.filter((i) => !going.slice(0, n + 1).includes(i)))];
}

/** As many columns as fit, the others below their row. */
function suffixBelow(sizes: Sizes, shown: readonly number[]): Fit | null {
  const counts = shown.map((_, n) => shown.length - 1 - n).filter((count) => count > 0);
  return fitting(
    counts.map((count) => shown.slice(count)),
    (below) => sideBySide(sizes, shown, below),
  );
}

function sideBySide({ columns, natural, page }: Sizes, shown: readonly number[], below: readonly number[]): Fit | null {
  const beside = shown.filter((i) => !below.includes(i));
  const texts = beside.filter((i) => columns[i]?.role === "text");
  const fixed = sum(beside.filter((i) => !texts.includes(i)).map((i) => natural[i] ?? 0));
  const room = page - fixed - GUTTER * (beside.length - 1);
  const wants = texts.map((i) => ({ natural: natural[i] ?? 0, least: columns[i]?.least ?? LEAST_TEXT }));
  const given = share(wants, room);
  if (beside.length === 0 || given === null) return null;
  const widths = beside.map((i) => (texts.includes(i) ? (given[texts.indexOf(i)] ?? 0) : (natural[i] ?? 0)));
  return { how: "rows", shown: beside, widths, below };
}

interface Want {
  readonly natural: number;
  readonly least: number;
}

/** The room for columns that wrap: what each needs, at least what makes it readable; null: it is not enough. */
function share(wants: readonly Want[], room: number): readonly number[] | null {
  const leasts = wants.map(({ natural, least }) => Math.min(natural, least));
  if (sum(leasts) > room || room < 0) return null;
  if (sum(wants.map(({ natural }) => natural)) <= room) return wants.map(({ natural }) => natural);
  const level = levelOf(wants, room);
  return wants.map(({ natural }, n) => Math.max(leasts[n] ?? 0, Math.min(natural, level)));
}

/** The highest common limit under which all of them fit; a column never gets less than its least. */
function levelOf(wants: readonly Want[], room: number): number {
  const taken = (level: number) =>
    sum(wants.map(({ natural, least }) => Math.max(Math.min(natural, least), Math.min(natural, level))));
  let level = Math.max(0, ...wants.map(({ natural }) => natural));
  while (level > 0 && taken(level) > room) level--;
  return level;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0);
}
