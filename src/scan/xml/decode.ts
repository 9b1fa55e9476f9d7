import { isUtf8 } from "node:buffer";

const ENTITY = /&(?:lt|gt|amp|quot|apos|#\d{1,7}|#x[0-9A-Fa-f]{1,6});/g;
const ESCAPED_BYTE = /\\x([0-9A-Fa-f]{2})/g;
const BEYOND_ASCII = /[\u0080-\u00ff]/;
const ONE_BYTE_EACH = /^[\u0000-\u00ff]*$/;
const NAMED: ReadonlyMap<string, string> = new Map([
  ["lt", "<"],
  ["gt", ">"],
  ["amp", "&"],
  ["quot", '"'],
  ["apos", "'"],
]);

/**
 * Raw XML text, one character per byte, → text. nmap writes each byte above 0x7f as its own numeric reference, so
 * references 0–255 are bytes and UTF-8 is decoded once, over the whole; an ordinary decoder yields mojibake. Other
 * programs that rewrote the file decoded just so: what they made of nmap's bytes is undone. Anything else that looks like
 * an entity stays as it is. Total; invalid UTF-8 becomes U+FFFD.
 */
export function decodeText(raw: string): string {
  return utf8(decodeEntities(raw));
}

/** As {@link decodeText}, for NSE output and service fields, where nmap has put `\xNN` in place of odd bytes. */
export function decodeEscapedText(raw: string): string {
  const bytes = decodeEntities(raw);
  return utf8(bytes.includes("\\x") ? bytes.replace(ESCAPED_BYTE, (_, hex: string) => byte(hex, 16)) : bytes);
}

function decodeEntities(raw: string): string {
  const bytes = BEYOND_ASCII.test(raw) ? bytesOfNmap(raw) : raw;
  return bytes.includes("&") ? bytes.replace(ENTITY, decodeReference) : bytes;
}

/**
 * nmap's files are ASCII. Where another program wrote `Ã©`, nmap had written the two bytes of `é` as references; text that
 * makes no UTF-8 when its characters are taken for bytes was never nmap's and stays.
 */
function bytesOfNmap(raw: string): string {
  const text = utf8(raw);
  return ONE_BYTE_EACH.test(text) && isUtf8(Buffer.from(text, "latin1")) ? text : raw;
}

function decodeReference(reference: string): string {
  const body = reference.slice(1, -1);
  if (!body.startsWith("#")) return NAMED.get(body) ?? reference;
  const code = body.startsWith("#x") ? Number.parseInt(body.slice(2), 16) : Number(body.slice(1));
  if (code <= 255) return String.fromCharCode(code);
  // No character: half of a surrogate pair, or past the end of Unicode.
  if (code > 0x10_ffff || (code >= 0xd800 && code <= 0xdfff)) return reference;
  return Buffer.from(String.fromCodePoint(code), "utf8").toString("latin1");
}

function byte(digits: string, base: number): string {
  return String.fromCharCode(Number.parseInt(digits, base));
}

function utf8(bytes: string): string {
  return BEYOND_ASCII.test(bytes) ? Buffer.from(bytes, "latin1").toString("utf8") : bytes;
}
