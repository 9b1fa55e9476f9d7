import { hash } from "node:crypto";

const BASE32 = "abcdefghijklmnopqrstuvwxyz234567";

/** SHA-256 as 64 lower-case hex digits. */
export function sha256Hex(data: string | Uint8Array): string {
  return hash("sha256", data, "hex");
}

/**
 * 128 bits of SHA-256 over length-prefixed NFC UTF-8 fields, as 26 characters of lower-case base32.
 * The length prefix keeps ("ab", "c") and ("a", "bc") apart; NFC keeps two spellings of one name together.
 */
export function stableId(...fields: readonly string[]): string {
  let prefixed = "";
  for (const field of fields) {
    const normal = field.normalize("NFC");
    prefixed += `${Buffer.byteLength(normal, "utf8")}:${normal}`;
  }
  return base32(hash("sha256", prefixed, "buffer").subarray(0, 16));
}

/** The first 64 bits of SHA-256 as 16 hex digits: enough to notice a damaged row, not to resist an attacker. */
export function shortDigest(data: string | Uint8Array): string {
  return sha256Hex(data).slice(0, 16);
}

function base32(bytes: Uint8Array): string {
  let bits = 0;
  let value = 0;
  let text = "";
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += BASE32.charAt((value >>> bits) & 31);
    }
    value &= (1 << bits) - 1;
  }
  return bits > 0 ? text + BASE32.charAt((value << (5 - bits)) & 31) : text;
}
