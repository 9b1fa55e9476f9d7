import { z } from "zod";
import { hintFor, plainSentence } from "./sentences.ts";
import { didYouMean } from "./suggest.ts";

/** A value by its schema, or every problem in it in one line each, in the words in which a configuration is refused. */
export function checkedInput<T>(
  schema: z.ZodType<T>,
  input: unknown,
): { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problems: readonly string[] } {
  const parsed = schema.safeParse(input, { error: plainSentence, reportInput: true });
  if (parsed.success) return { ok: true, value: parsed.data };
  return { ok: false, problems: parsed.error.issues.flatMap((issue) => problemsOf(issue, schema)) };
}

function problemsOf(issue: z.core.$ZodIssue, schema: z.ZodType): readonly string[] {
  const known = keysAt(schema, issue.path);
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => problem([...issue.path, shown(key)], "unknown key", hintForKey(key, known)));
  return [problem(issue.path, issue.message, hintFor(issue, { keys: known, form: null }))];
}

function problem(path: readonly PropertyKey[], message: string, hint: string | null): string {
  const what = hint === null ? message : `${message} (${hint})`;
  return path.length === 0 ? what : `${path.map(String).join(".")}: ${what}`;
}

function hintForKey(key: string, known: readonly string[]): string | null {
  const guess = didYouMean(key, known);
  if (guess !== null) return `did you mean "${guess}"?`;
  return known.length === 0 ? "nothing is known here" : `known here: ${known.join(", ")}`;
}

/** Longest that an unknown name is quoted, characters: it may be anything. */
const MOST_SHOWN = 60;

function shown(key: string): string {
  return key.length > MOST_SHOWN ? `${key.slice(0, MOST_SHOWN)}…` : key;
}

/** The keys that may be written below a path; none where it is no group of keys. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  let at: unknown = schema;
  for (const step of path) at = unwrapped(at instanceof z.ZodObject ? at.shape[String(step)] : undefined);
  return at instanceof z.ZodObject ? Object.keys(at.shape) : [];
}

/** What an optional value is, or one with a default. */
function unwrapped(schema: unknown): unknown {
  const wraps = schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault;
  return wraps ? unwrapped(schema.unwrap()) : schema;
}
