import type { z } from "zod";
import { didYouMean } from "./suggest.ts";

/** What the schema says of one place in the file. */
export interface Wanted {
  /** Keys that may be written below it. */
  readonly keys: readonly string[];
  /** Its form in words, such as `duration 1m–1y`; null when the type says it all. */
  readonly form: string | null;
}

/** The words of operators for the types of a YAML file, each with how it is written. */
const TYPES: Readonly<Record<string, readonly [name: string, written: string]>> = {
  string: ["text", "put it in quotes"],
  number: ["a number", "write a number, without quotes"],
  int: ["a whole number", "write a whole number, without quotes"],
  boolean: ["true or false", "write true or false, without quotes"],
  array: ["a list", "write a list: in brackets, or one line with a dash for each entry"],
  object: ["a group of keys", "write its keys below it"],
  record: ["names with values", "write each name with its value below it"],
};
const UNITS: readonly (readonly [form: string, written: string])[] = [
  ["duration", 'write the unit too, in quotes or not: 30m, "3d"'],
  ["size", 'write the unit too, in quotes or not: 10MiB, "1GiB"'],
  ["address:port", "write the address too, such as 127.0.0.1:7420"],
];

/**
 * Sentences for what the schema finds by itself; a check with a sentence of its own keeps it. To be given to `safeParse`
 * as its `error`. Never quotes a value: it may be a secret, and the line is shown below.
 */
export function plainSentence(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined
        ? "is required and missing"
        : `must be ${TYPES[issue.expected]?.[0] ?? issue.expected}, not ${typeOf(issue.input)}`;
    case "invalid_value":
      return `must be ${listed(issue.values.map(String))}`;
    case "too_small":
      return smallSentence(issue.origin, issue.minimum);
    case "too_big":
      return bigSentence(issue.origin, issue.maximum);
    case "invalid_format":
      return issue.format === "url" ? "must be an address that begins with https:// or http://" : undefined;
    case "invalid_key":
      return issue.issues[0]?.message;
    default:
      return undefined;
  }
}

/** The sentence with the form that is wanted there: "text" alone does not say that it is a duration. */
export function withForm(issue: z.core.$ZodIssue, { form }: Wanted): string {
  if (issue.code !== "invalid_type" || issue.input === undefined || form === null) return issue.message;
  return issue.message.replace(/^must be text\b/, `must be text (${form})`);
}

/** What to write instead, beside the caret; null when the sentence says it. */
export function hintFor(issue: z.core.$ZodIssue, wanted: Wanted): string | null {
  if (issue.code === "invalid_value") {
    const guess = typeof issue.input === "string" ? didYouMean(issue.input, issue.values.map(String)) : null;
    return guess === null ? null : `did you mean "${guess}"?`;
  }
  if (issue.code !== "invalid_type" || issue.input === undefined) return null;
  const unit = typeof issue.input === "number" ? UNITS.find(([form]) => wanted.form?.startsWith(form)) : undefined;
  if (unit !== undefined) return unit[1];
  const written = writtenAs(issue.expected, issue.input);
  if (issue.expected !== "object" || wanted.keys.length === 0) return written;
  return `${written}: ${wanted.keys.slice(0, 6).join(", ")}${wanted.keys.length > 6 ? ", …" : ""}`;
}

function writtenAs(expected: string, input: unknown): string | null {
  if (expected === "string" && typeof input === "object" && input !== null) return "write one value";
  return TYPES[expected]?.[1] ?? null;
}

function typeOf(input: unknown): string {
  if (input === null) return "empty";
  if (Array.isArray(input)) return "a list";
  if (typeof input === "object") return "a group of keys";
  if (typeof input === "boolean") return "true or false";
  if (typeof input === "number") return Number.isInteger(input) ? "a number" : "a fraction";
  return "text";
}

function listed(values: readonly string[]): string {
  const head = values.slice(0, -1).join(", ");
  return head === "" ? (values[0] ?? "") : `${head} or ${values.at(-1) ?? ""}`;
}

function smallSentence(origin: string, minimum: number | bigint): string {
  if (origin === "array") return minimum === 1 ? "needs at least one entry" : `needs at least ${minimum} entries`;
  if (origin === "string") return minimum === 1 ? "must not be empty" : `needs at least ${minimum} characters`;
  return `must be ${minimum} or more`;
}

function bigSentence(origin: string, maximum: number | bigint): string {
  if (origin === "array") return `may have at most ${maximum} entries`;
  return origin === "string" ? `may have at most ${maximum} characters` : `must be ${maximum} or less`;
}
