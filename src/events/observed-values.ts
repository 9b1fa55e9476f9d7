import { sha256Hex } from "../lib/hash.ts";

/** Name and value as a list of one, or of none where there is no value. */
export function pair<F>(field: F, value: string | undefined): readonly (readonly [F, string])[] {
  return value === undefined ? [] : [[field, value]];
}

/** 128 bits of SHA-256 over names and values: enough to notice a change. */
export function digestOf(values: readonly (readonly [string, string])[]): string {
  return sha256Hex(JSON.stringify(values)).slice(0, 32);
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** The same without the keys that hold undefined. */
export function defined<T extends object>(facts: T): Defined<T> {
  const entries = Object.entries(facts).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Defined<T>; // fromEntries forgets which key holds which type.
}
