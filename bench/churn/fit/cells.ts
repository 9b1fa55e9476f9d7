import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const KINDS = join(import.meta.dirname, "..", "..", "..", "src", "domain", "kinds");

/** The numbers of one kind that can be fitted; null where the row has none, and then it keeps none. */
export interface Cells {
  /** Likelihood on one day of one host before anything was learned; null also where the class of the port decides. */
  readonly perDay: number | null;
  readonly maxBits: number | null;
  readonly atMost: number | null;
}

/** The row of one kind in the source, as far as its score goes. */
interface Place {
  readonly file: string;
  readonly text: string;
  /** From `score:` to the end of its braces. */
  readonly from: number;
  readonly to: number;
}

/** The cells of every kind, read from the rows themselves. */
export function readCells(): ReadonlyMap<string, Cells> {
  return new Map(places().map(([kind, { text, from, to }]) => [kind, cellsIn(text.slice(from, to))]));
}

/** Writes what changed into the rows; everything else of the files stays as it is. */
export function writeCells(cells: ReadonlyMap<string, Cells>): readonly string[] {
  const written: string[] = [];
  for (const kind of cells.keys()) {
    const [, place] = places().find(([name]) => name === kind) ?? [];
    const wanted = cells.get(kind);
    if (place === undefined || wanted === undefined) throw new Error(`${kind} has no row in ${KINDS}`);
    const score = place.text.slice(place.from, place.to);
    const now = withCells(score, wanted);
    if (now === score) continue;
    writeFileSync(place.file, place.text.slice(0, place.from) + now + place.text.slice(place.to));
    written.push(kind);
  }
  return written;
}

function places(): readonly (readonly [kind: string, place: Place])[] {
  return readdirSync(KINDS)
    .map((name) => join(KINDS, name))
    .flatMap((file) => placesIn(file, readFileSync(file, "utf8")));
}

function placesIn(file: string, text: string): readonly (readonly [string, Place])[] {
  return [...text.matchAll(/^ {2}"?([a-z][a-z-]*)"?: \{\n/gm)].flatMap(({ 1: kind = "", index }) => {
    const from = text.indexOf("\n    score: {", index);
    const end = text.indexOf("\n  },\n", index);
    if (from < 0 || end < from) return [];
    return [[kind, { file, text, from, to: closing(text, from) }] as const];
  });
}

function closing(text: string, from: number): number {
  let depth = 0;
  for (let i = text.indexOf("{", from); i < text.length; i++) {
    if (text[i] === "{") depth += 1;
    if (text[i] === "}" && --depth === 0) return i + 1;
  }
  throw new Error("a row of a kind does not end");
}

/** How a cell is written in a row. */
const WRITTEN: Readonly<Record<keyof Cells, RegExp>> = {
  perDay: /\b(perDay): ([\d.]+)/,
  maxBits: /\b(maxBits): ([\d.]+|null)/,
  atMost: /\b(atMost): ([\d.]+|null)/,
};

function cellsIn(score: string): Cells {
  const read = (name: keyof Cells) => {
    const text = WRITTEN[name].exec(score)?.[2] ?? "null";
    return text === "null" ? null : Number(text);
  };
  return { perDay: read("perDay"), maxBits: read("maxBits"), atMost: read("atMost") };
}

function withCells(score: string, cells: Cells): string {
  return (["perDay", "maxBits", "atMost"] as const).reduce(
    (text, name) => text.replace(WRITTEN[name], (_, written) => `${written}: ${cells[name]}`),
    score,
  );
}
