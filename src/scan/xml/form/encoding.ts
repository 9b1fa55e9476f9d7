/** How the bytes of a file become text. `skip` is the length of the byte order mark. */
export type Encoding =
  /** UTF-8 or ASCII: what all the rest reads. */
  | { readonly kind: "utf-8"; readonly skip: number }
  | { readonly kind: "other"; readonly label: string; readonly skip: number; readonly unitBytes: 1 | 2 }
  /** Nothing here can decode it. */
  | { readonly kind: "unknown"; readonly label: string };

/** Turns chunks into UTF-8; what it returns may be the chunk itself. */
export interface Decoder {
  write(chunk: Uint8Array): Uint8Array;
  end(): Uint8Array;
}

const MARKS: readonly (readonly [bytes: readonly number[], label: string])[] = [
  [[0xff, 0xfe, 0, 0], "utf-32le"],
  [[0, 0, 0xfe, 0xff], "utf-32be"],
  [[0x3c, 0, 0, 0], "utf-32le"],
  [[0, 0, 0, 0x3c], "utf-32be"],
];
const DECLARED = /<\?xml\s[^>]{0,400}?\sencoding\s*=\s*["']([A-Za-z][\w.:-]{0,40})["']/;
// A declaration that could be read byte by byte is not written in two-byte units, whatever it says: .NET writes
// "utf-16" into strings that are then stored as UTF-8.
const EIGHT_BITS = /^(?:utf-?8|(?:us-)?ascii|utf-?16.*|utf-?32.*|ucs-?[24]|iso-10646-ucs-[24]|unicode)$/i;
/** So many bytes of text without a byte order mark show whether every other one is zero. */
const SAMPLE_BYTES = 64;

/** What the first bytes show, and what the XML declaration among them says; a byte order mark knows better. */
export function encodingOf(head: Buffer): Encoding {
  const wide = MARKS.find(([bytes]) => bytes.every((byte, i) => head[i] === byte));
  if (wide !== undefined) return { kind: "unknown", label: wide[1] };
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return { kind: "utf-8", skip: 3 };
  if (head[0] === 0xff && head[1] === 0xfe) return twoBytes("utf-16le", 2);
  if (head[0] === 0xfe && head[1] === 0xff) return twoBytes("utf-16be", 2);
  const zero = zeroBytes(head.subarray(0, SAMPLE_BYTES));
  if (zero === "odd") return twoBytes("utf-16le", 0);
  if (zero === "even") return twoBytes("utf-16be", 0);
  return declaredEncoding(head.toString("latin1"));
}

function twoBytes(label: string, skip: number): Encoding {
  return { kind: "other", label, skip, unitBytes: 2 };
}

/** Which bytes of ASCII text in two-byte units are zero: those at odd offsets, those at even ones, or no such thing. */
function zeroBytes(sample: Buffer): "odd" | "even" | null {
  if (sample.length < 4) return null;
  const zeros = [0, 0];
  for (const [i, byte] of sample.entries()) if (byte === 0) zeros[i % 2] = (zeros[i % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  if (odd === Math.floor(sample.length / 2) && even === 0) return "odd";
  return even === Math.ceil(sample.length / 2) && odd === 0 ? "even" : null;
}

function declaredEncoding(text: string): Encoding {
  const label = DECLARED.exec(text)?.[1];
  if (label === undefined || EIGHT_BITS.test(label)) return { kind: "utf-8", skip: 0 };
  return isKnown(label) ? { kind: "other", label, skip: 0, unitBytes: 1 } : { kind: "unknown", label };
}

function isKnown(label: string): boolean {
  try {
    return new TextDecoder(label).encoding !== "";
  } catch {
    return false;
  }
}

/** Text of the head in the units of its encoding: one character per unit, so that offsets can be translated back. */
export function headText(head: Buffer, encoding: Encoding): string {
  if (encoding.kind !== "other" || encoding.unitBytes === 1) return head.toString("latin1", skipOf(encoding));
  const whole = head.length - (head.length % 2);
  return new TextDecoder(encoding.label, { ignoreBOM: true }).decode(head.subarray(encoding.skip, whole));
}

/** Offset in bytes of a character of {@link headText}. */
export function byteOffset(encoding: Encoding, at: number): number {
  return skipOf(encoding) + at * (encoding.kind === "other" ? encoding.unitBytes : 1);
}

function skipOf(encoding: Encoding): number {
  return encoding.kind === "unknown" ? 0 : encoding.skip;
}

export function createDecoder(encoding: Encoding): Decoder {
  if (encoding.kind !== "other") return { write: (chunk) => chunk, end: () => Buffer.alloc(0) };
  const decoder = new TextDecoder(encoding.label, { ignoreBOM: true });
  return {
    write: (chunk) => Buffer.from(decoder.decode(chunk, { stream: true }), "utf8"),
    end: () => Buffer.from(decoder.decode(), "utf8"),
  };
}
