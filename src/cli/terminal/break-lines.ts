import { characterWidth, charactersOf, displayWidth } from "./display-width.ts";

/** A part of a text: from `start` up to, not including, `end`. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Where a long word may be broken before it is broken anywhere: names, addresses and paths stay readable. */
const SEAM = /[-./:,;=_)\]]$/;

/**
 * The text in lines of at most `width` columns (never less than one character). Breaks at white space; a longer word at
 * one of its seams, else where the line is full. Only the white space at a break is lost.
 */
export function breakLines(text: string, width: number, rest = width): readonly Range[] {
  const ranges: Range[] = [];
  let start = 0;
  for (;;) {
    const room = Math.max(1, ranges.length === 0 ? width : rest);
    if (displayWidth(text.slice(start)) <= room) return [...ranges, { start, end: text.length }];
    const end = start + fitting(text.slice(start), room);
    ranges.push({ start, end: start + text.slice(start, end).trimEnd().length });
    start = end + leadingSpace(text.slice(end));
    if (start >= text.length) return ranges;
  }
}

/** How many UTF-16 units of the text make its first line. */
function fitting(text: string, room: number): number {
  let columns = 0;
  let at = 0;
  let space = 0;
  let seam = 0;
  for (const character of charactersOf(text)) {
    // White space may hang over the edge: it is lost there.
    if (character === " " && at > 0 && text.slice(0, at).trim() !== "") space = at;
    columns += characterWidth(character);
    if (columns > room) break;
    at += character.length;
    if (SEAM.test(character)) seam = at;
  }
  if (space > 0) return space;
  const half = text.slice(0, seam);
  return displayWidth(half) >= room / 2 ? seam : Math.max(at, charactersOf(text)[0]?.length ?? 1);
}

function leadingSpace(text: string): number {
  return text.length - text.trimStart().length;
}
