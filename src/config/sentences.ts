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
  ["port/protocol", "write the protocol too, such as 8443/tcp"],
  ["address:port", "write the address too, such as 127.0.0.1:7420"],
];

const FORMATS: Readonly<Record<string, string>> = {
  url: "must be an address that begins with https:// or http://",
  lowercase: "must be in lower case",
};

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
      return valueSentence(issue.values.map(String), issue.input);
    case "too_small":
      return smallSentence(issue);
    case "too_big":
      return bigSentence(issue);
    case "invalid_format":
      return FORMATS[issue.format];
    case "not_multiple_of":
      return `must be a multiple of ${issue.divisor}`;
    case "invalid_key":
      return keySentence(issue.issues);
    default:
      return undefined;
  }
}

/** More words than this are listed only where none of them is near. */
const MANY = 12;

function valueSentence(values: readonly string[], input: unknown): string {
  if (typeof input === "object" && input !== null && values.length > MANY)
    return `must be one word, not ${typeOf(input)}`;
  const near = typeof input === "string" && didYouMean(input, values) !== null;
  return near && values.length > MANY ? "is not one of the known words" : `must be ${listed(values)}`;
}

/** The sentence with the form that is wanted there: "text" alone does not say that it is a duration. */
export function withForm(issue: z.core.$ZodIssue, { form }: Wanted): string {
  if (issue.code !== "invalid_type" || issue.input === undefined || form === null) return issue.message;
  return issue.message.replace(/^must be text\b/, `must be text (${form})`);
}

/** What to write instead, beside the caret; null when the sentence says it. */
export function hintFor(issue: z.core.$ZodIssue, wanted: Wanted): string | null {
  if (issue.code === "invalid_value") {
    if (issue.values.some((value) => typeof value !== "string" && String(value) === issue.input))
      return "write it without quotes";
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
  if (typeof input === "number" && !Number.isFinite(input)) return Number.isNaN(input) ? ".nan" : ".inf";
  if (typeof input === "number") return Number.isInteger(input) ? "a number" : "a fraction";
  return "text";
}

function listed(values: readonly string[]): string {
  const head = values.slice(0, -1).join(", ");
  return head === "" ? (values[0] ?? "") : `${head} or ${values.at(-1) ?? ""}`;
}

type TooSmall = z.core.$ZodRawIssue<z.core.$ZodIssueTooSmall>;
type TooBig = z.core.$ZodRawIssue<z.core.$ZodIssueTooBig>;

function smallSentence({ origin, minimum, inclusive }: TooSmall): string {
  if (origin === "array") return minimum === 1 ? "needs at least one entry" : `needs at least ${minimum} entries`;
  if (origin === "string") return minimum === 1 ? "must not be empty" : `needs at least ${minimum} characters`;
  return inclusive === false ? `must be more than ${minimum}` : `must be ${minimum} or more`;
}

function bigSentence({ origin, maximum, inclusive }: TooBig): string {
  if (origin === "array") return `may have at most ${maximum} entries`;
  if (origin === "string") return `may have at most ${maximum} characters`;
  return inclusive === false ? `must be less than ${maximum}` : `must be ${maximum} or less`;
}

/** A name that is none of those there are is no value that is wrong, but a wrong key. */
function keySentence(issues: readonly z.core.$ZodIssue[]): string | undefined {
  const [first] = issues;
  return first?.code === "invalid_value" ? "unknown key" : first?.message;
}

/** Of several forms of a value none fits: what each of them wants, and the hint of the nearest word. */
export function choiceProblem(issues: readonly z.core.$ZodIssue[]): { message: string; hint: string | null } {
  const types = issues.flatMap((one) =>
    one.code === "invalid_type" ? [TYPES[one.expected]?.[0] ?? one.expected] : [],
  );
  const values = issues.flatMap((one) => (one.code === "invalid_value" ? one.values.map(String) : []));
  const input = issues[0]?.input;
  const guess = typeof input === "string" ? didYouMean(input, values) : null;
  return {
    message: `must be ${listed([...new Set([...types, ...values])])}${values.length > 0 ? "" : `, not ${typeOf(input)}`}`,
    hint: guess === null ? null : `did you mean "${guess}"?`,
  };
}
