import { stripVTControlCharacters } from "node:util";

const CHARACTERS = new Intl.Segmenter("en", { granularity: "grapheme" });
const ASCII = /^[ -~]*$/;
/** Marks, joiners and what only steers the text take no column of their own. */
const NO_WIDTH = /^(?:\p{M}|\p{Cf}|[\u1160-\u11ff])+$/u;
/** Scripts whose characters take two columns, full-width forms, and what is shown as a picture (Unicode TR 11). */
const WIDE =
  /^(?:\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|\p{Script=Bopomofo}|\p{Script=Yi}|[\u3000-\u303e\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|\p{Regional_Indicator})/u;
/** Half-width forms belong to those scripts and take one column all the same. */
const HALF = /^[\uff61-\uffdc]/;
/** The variation selector that shows the character before it as an emoji. */
const AS_PICTURE = "\ufe0f";

/** What a person takes for one character, in order. */
export function charactersOf(text: string): readonly string[] {
  return ASCII.test(text) ? Array.from(text) : Array.from(CHARACTERS.segment(text), ({ segment }) => segment);
}

/** Columns of a terminal that the text takes; colours take none. */
export function displayWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  return charactersOf(stripVTControlCharacters(text)).reduce((sum, character) => sum + characterWidth(character), 0);
}

export function characterWidth(character: string): 0 | 1 | 2 {
  if (ASCII.test(character)) return 1;
  if (NO_WIDTH.test(character)) return 0;
  if (HALF.test(character)) return 1;
  return WIDE.test(character) || character.includes(AS_PICTURE) ? 2 : 1;
}
