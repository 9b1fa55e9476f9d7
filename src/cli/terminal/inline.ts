import type { Inline, Tone } from "../../report/text/document.ts";
import { breakLines, type Range } from "./break-lines.ts";
import type { Paint } from "./style.ts";

/** A line of pieces as one text, with the tone of each part. */
export interface Line {
  readonly text: string;
  readonly tones: readonly (Range & { readonly tone: Tone })[];
}

// The last border before the terminal: what could move the cursor, colour the rest or turn the direction is shown.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not come through
const STEERING = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

export function harmless(text: string): string {
  return text.replace(/\r?\n|\t/g, " ").replace(STEERING, "\ufffd");
}

export function lineOf(pieces: readonly Inline[]): Line {
  let text = "";
  const tones: (Range & { readonly tone: Tone })[] = [];
  for (const piece of pieces) {
    const start = text.length;
    text += harmless(typeof piece === "string" ? piece : piece.text);
    if (typeof piece !== "string") tones.push({ start, end: text.length, tone: piece.tone });
  }
  return { text, tones };
}

/** The line in lines of at most `width` columns, the ones after the first in `rest`, without colours yet. */
export function split(line: Line, width: number, rest = width): readonly Line[] {
  return breakLines(line.text, width, rest).map((range) => part(line, range));
}

function part({ text, tones }: Line, { start, end }: Range): Line {
  const inside = tones
    .map((one) => ({ ...one, start: Math.max(one.start, start) - start, end: Math.min(one.end, end) - start }))
    .filter((one) => one.end > one.start);
  return { text: text.slice(start, end), tones: inside };
}

export function painted({ text, tones }: Line, paint: Paint): string {
  let at = 0;
  const pieces = tones.flatMap(({ start, end, tone }) => {
    const plain = text.slice(at, start);
    at = end;
    return [plain, paint(tone, text.slice(start, end))];
  });
  return [...pieces, text.slice(at)].join("");
}
