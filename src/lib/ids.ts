import { createHash, randomBytes, randomInt } from "node:crypto";

/** In [0, 1), for jitter. */
export function randomShare(): number {
  return randomInt(2 ** 32) / 2 ** 32;
}

/** 32 hexadecimal digits that nobody can guess. */
export function randomToken(): string {
  return randomBytes(16).toString("hex");
}

/** A random UUID version 7: time-ordered, so that cycles sort by age; `now` is UTC milliseconds. */
export function timeOrderedId(now: number): string {
  return uuidV7(now, randomBytes(10));
}

/** The same shape from immutable inputs: recorded scans must give the same id each time they are read. */
export function derivedTimeOrderedId(at: number, seed: string): string {
  return uuidV7(at, createHash("sha256").update(seed).digest().subarray(0, 10));
}

/** A UUID (version 8 layout) made from text, for example the installation id of a recorded segment. */
export function derivedUuid(seed: string): string {
  const bytes = Buffer.from(createHash("sha256").update(seed).digest().subarray(0, 16));
  return format(stamp(bytes, 0x80));
}

function uuidV7(at: number, tail: Uint8Array): string {
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(at, 0, 6);
  bytes.set(tail, 6);
  return format(stamp(bytes, 0x70));
}

function stamp(bytes: Buffer, version: number): Buffer {
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | version;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes;
}

function format(bytes: Buffer): string {
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
