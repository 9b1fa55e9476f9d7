import { createHash } from "node:crypto";

declare const clean: unique symbol;
/** Text that passed the sanitiser: no control, escape, bidirectional or invisible characters, NFC, capped. */
export type CleanText = string & { readonly [clean]: true };

export interface CleanOptions {
  /** In UTF-8 bytes; cut at a code point. */
  readonly maxBytes: number;
  /** Keep `\n` and `\t`; else they become one space. */
  readonly multiline?: boolean;
}

/** Caps in bytes: names, products and versions, banners, script text. */
export const CAPS = { name: 256, product: 512, banner: 4096, script: 16_384 } as const;

/** Rises whenever the result for any input changes: text fields are then relearned, silently. */
export const SANITISER_VERSION = "1";

// CSI sequences; OSC, DCS, SOS, PM and APC with their terminator; any other escape. A string sequence that never ends
// loses its introducer only, or one byte could hide the rest of a banner. Its class excludes every introducer, so each
// character is looked at once and matching stays linear.
// biome-ignore format: one alternative per line would hide that this is one grammar
const ESCAPES = /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?|(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u0090\u0098\u009c-\u009f]*(?:\u0007|\u001b\\|\u009c)|\u001b[ -/]*[0-~]?/g;
const INVISIBLE =
  /[\u061c\u200b-\u200f\u2028\u2029\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufdd0-\ufdef]|[\u{e0000}-\u{e007f}]|[\ufffe\uffff\u{1fffe}\u{1ffff}\u{2fffe}\u{2ffff}\u{3fffe}\u{3ffff}\u{4fffe}\u{4ffff}\u{5fffe}\u{5ffff}\u{6fffe}\u{6ffff}\u{7fffe}\u{7ffff}\u{8fffe}\u{8ffff}\u{9fffe}\u{9ffff}\u{afffe}\u{affff}\u{bfffe}\u{bffff}\u{cfffe}\u{cffff}\u{dfffe}\u{dffff}\u{efffe}\u{effff}\u{ffffe}\u{fffff}\u{10fffe}\u{10ffff}]/gu;
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
const PLAIN = /^[ -~]*$/;
const ASCII = /^[\u0000-\u007f]*$/;
// Canonical ordering sorts each run of combining marks by insertion: 1 MB of marks took six minutes. No language needs
// more than 30 in a row (the limit of the Stream-Safe Text Format, UAX #15).
const MARKS_PAST_THIRTY = /(\p{M}{30})\p{M}+/gu;

/**
 * The one sanitiser for text from hosts, files and names: total, idempotent, linear. Removes escape sequences and
 * invisible characters, shows other control characters as `\xNN`, normalises to NFC and caps the length.
 */
export function cleanText(text: string, options: CleanOptions): CleanText {
  return cleanTextWithCut(text, options).text;
}

/** As {@link cleanText}, with the SHA-256 of the whole value when it was cut. */
export function cleanTextWithCut(
  text: string,
  options: CleanOptions,
): { readonly text: CleanText; readonly cutFrom: string | null } {
  const whole = shape(text, options.multiline === true);
  const cut = capBytes(whole, options.maxBytes);
  // The cap is the only place that makes the type: everything before it has run by now.
  return { text: cut as CleanText, cutFrom: cut === whole ? null : createHash("sha256").update(whole).digest("hex") };
}

function shape(text: string, multiline: boolean): string {
  if (PLAIN.test(text)) return text;
  const lines = text.toWellFormed().replaceAll("\r\n", "\n").replace(ESCAPES, "").replace(INVISIBLE, "");
  const kept = multiline ? lines.replaceAll("\r\n", "\n") : lines.replace(/\r?\n|\t/g, " ");
  return normalise(kept.replace(CONTROL, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`));
}

// Cut before decomposing, because that is the slow step, and after it, because some marks are two.
function normalise(text: string): string {
  if (ASCII.test(text)) return text;
  const decomposed = text.replace(MARKS_PAST_THIRTY, "$1").normalize("NFD");
  return decomposed.replace(MARKS_PAST_THIRTY, "$1").normalize("NFC");
}

function capBytes(text: string, maxBytes: number): string {
  if (text.length * 3 <= maxBytes) return text;
  const bytes = Buffer.from(text, "utf8");
  if (bytes.length <= maxBytes) return text;
  let end = maxBytes;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  // A prefix of normalised text is normalised.
  return bytes.subarray(0, end).toString("utf8");
}
