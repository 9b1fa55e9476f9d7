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

/** Rises whenever the result for any input changes: text fields are then learned anew, silently. */
export const SANITISER_VERSION = "1";

// CSI, OSC/DCS/SOS/PM/APC up to their terminator, and two-character escapes; each class excludes its own end, so
// matching stays linear.
// biome-ignore format: one alternative per line would hide that this is one grammar
const ESCAPES = /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?|(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?|\u001b[ -/]*[0-~]?/g;
const INVISIBLE =
  /[\u061c\u200b-\u200f\u2028\u2029\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufdd0-\ufdef]|[\u{e0000}-\u{e007f}]|[\ufffe\uffff\u{1fffe}\u{1ffff}\u{2fffe}\u{2ffff}\u{3fffe}\u{3ffff}\u{4fffe}\u{4ffff}\u{5fffe}\u{5ffff}\u{6fffe}\u{6ffff}\u{7fffe}\u{7ffff}\u{8fffe}\u{8ffff}\u{9fffe}\u{9ffff}\u{afffe}\u{affff}\u{bfffe}\u{bffff}\u{cfffe}\u{cffff}\u{dfffe}\u{dffff}\u{efffe}\u{effff}\u{ffffe}\u{fffff}\u{10fffe}\u{10ffff}]/gu;
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

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
  const lines = text.toWellFormed().replaceAll("\r\n", "\n").replace(ESCAPES, "").replace(INVISIBLE, "");
  const kept = multiline ? lines : lines.replace(/[\n\t]/g, " ");
  const shown = kept.replace(CONTROL, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`);
  return shown.normalize("NFC");
}

function capBytes(text: string, maxBytes: number): string {
  if (text.length * 3 <= maxBytes) return text;
  const bytes = Buffer.from(text, "utf8");
  if (bytes.length <= maxBytes) return text;
  let end = maxBytes;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  // Cutting between a base character and its combining mark can compose differently: normalise again.
  return bytes.subarray(0, end).toString("utf8").normalize("NFC");
}
