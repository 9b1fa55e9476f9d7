const ENTITY = /&(?:lt|gt|amp|quot|apos|#\d{1,7}|#x[0-9A-Fa-f]{1,6});/g;
const ESCAPED_BYTE = /\\x([0-9A-Fa-f]{2})/g;
const BEYOND_ASCII = /[\u0080-\u00ff]/;
const NAMED: ReadonlyMap<string, string> = new Map([
  ["lt", "<"],
  ["gt", ">"],
  ["amp", "&"],
  ["quot", '"'],
  ["apos", "'"],
]);

/**
 * Raw XML text, one character per byte, → text. nmap writes each byte above 0x7f as its own numeric reference, so
 * references 0–255 are bytes and UTF-8 is decoded once, over the whole; an ordinary decoder yields mojibake.
 * Anything else that looks like an entity stays as it is. Total; invalid UTF-8 becomes U+FFFD.
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
  if (!raw.includes("&")) return raw;
  return raw.replace(ENTITY, decodeReference);
}

function decodeReference(reference: string): string {
  const body = reference.slice(1, -1);
  if (!body.startsWith("#")) return NAMED.get(body) ?? reference;
  const code = body.startsWith("#x") ? Number.parseInt(body.slice(2), 16) : Number(body.slice(1));
  return code <= 255 ? String.fromCharCode(code) : reference;
}

function byte(digits: string, base: number): string {
  return String.fromCharCode(Number.parseInt(digits, base));
}

function utf8(bytes: string): string {
  return BEYOND_ASCII.test(bytes) ? Buffer.from(bytes, "latin1").toString("utf8") : bytes;
}
