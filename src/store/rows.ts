import type { SQLOutputValue } from "node:sqlite";

export type Row = Readonly<Record<string, SQLOutputValue>>;
export type Cells = readonly SQLOutputValue[];

// STRICT tables promise the types; these checks are for damaged pages, where nothing is guaranteed.

export function integer(value: unknown): number {
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  throw new TypeError(`a whole number was expected, found ${show(value)}`);
}

export function integerOrNull(value: unknown): number | null {
  return value === null ? null : integer(value);
}

export function number(value: unknown): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw new TypeError(`a number was expected, found ${show(value)}`);
}

export function realOrNull(value: unknown): number | null {
  if (value === null || typeof value === "number") return value;
  throw new TypeError(`a number was expected, found ${show(value)}`);
}

export function text(value: unknown): string {
  if (typeof value === "string") return value;
  throw new TypeError(`text was expected, found ${show(value)}`);
}

export function textOrNull(value: unknown): string | null {
  return value === null ? null : text(value);
}

/** A JSON list whose items are still to be checked. */
export function list(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new TypeError(`a list was expected, found ${show(value)}`);
  return value;
}

export function oneOf<T extends string>(value: unknown, words: readonly T[]): T {
  const found = words.find((word) => word === value);
  if (found !== undefined) return found;
  throw new TypeError(`one of ${words.join(", ")} was expected, found ${show(value)}`);
}

function show(value: unknown): string {
  return value === undefined ? "nothing" : String(JSON.stringify(value)).slice(0, 60);
}
