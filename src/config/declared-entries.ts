import { z } from "zod";
import { err, ok, type Result } from "../lib/result.ts";
import { MAX_AGE } from "./limits.ts";
import { plainSentence } from "./sentences.ts";
import { didYouMean } from "./suggest.ts";
import { duration, target } from "./values.ts";

/** A reader of declarations, as far as the configuration must know it. An entry is for the reader whose key it has. */
export interface ReaderKeys {
  /** Names the files to read, a path or a pattern: `inventory` in `- inventory: ./inv.csv`. */
  readonly key: string;
  /** The form of that key and of the options that only this reader has. */
  readonly entry: z.ZodRawShape;
}

/** One entry of `declared`: what every entry has, and the keys of its reader. */
export interface DeclaredEntry {
  readonly complete_for: readonly string[];
  /** Ms. */
  readonly max_age?: number | undefined;
  readonly [option: string]: unknown;
}

const COMMON = {
  complete_for: z.array(target).default([]).describe("networks in which anything undeclared is a finding"),
  max_age: duration(MAX_AGE).optional().describe("an older file is stale: what it declares is unknown, not absent"),
};

interface Form extends ReaderKeys {
  readonly schema: z.ZodType<DeclaredEntry>;
}

type Forms = readonly [Form, ...Form[]];
type Issue = z.core.$ZodRawIssue;

/** The list under `declared`, a union by key: what is wrong with an entry is reported by the reader that it names. */
export function declaredSchema(readers: readonly ReaderKeys[]): z.ZodDefault<z.ZodType<readonly DeclaredEntry[]>> {
  const [first, ...others] = readers.map(formOf);
  if (first === undefined) throw new Error("there is no reader of declarations");
  const entries: z.ZodType<readonly DeclaredEntry[]> = z.array(entrySchema([first, ...others]));
  return entries.default([]).describe("what should be there, compared with the wire");
}

/** A union would not tell which of its forms was meant; only the JSON Schema is that of one. */
function entrySchema(forms: Forms): z.ZodType<DeclaredEntry> {
  const any = forms.length === 1 ? forms[0].schema : z.union(forms.map(({ schema }) => schema));
  const { $schema: _, ...shape } = z.toJSONSchema(any, { io: "input", unrepresentable: "any" });
  return z.preprocess((value, context) => {
    const entry = readEntry(value, forms);
    if (entry.ok) return entry.value;
    context.issues.push(...entry.error);
    return value;
  }, z.custom<DeclaredEntry>().meta(shape));
}

function formOf({ key, entry }: ReaderKeys): Form {
  return { key, entry, schema: z.strictObject({ ...entry, ...COMMON }) };
}

function readEntry(value: unknown, forms: Forms): Result<DeclaredEntry, readonly Issue[]> {
  if (!isMap(value)) return checked(forms[0].schema, value);
  const [form, ...others] = forms.filter(({ key }) => Object.hasOwn(value, key));
  if (form === undefined) return err(nameless(value, forms));
  return others.length === 0 ? checked(form.schema, value) : err([severalNamed([form, ...others], value)]);
}

function checked<T>(schema: z.ZodType<T>, value: unknown): Result<T, readonly Issue[]> {
  const parsed = schema.safeParse(value, { error: plainSentence, reportInput: true });
  if (parsed.success) return ok(parsed.data);
  // What one parse found is reported by another one: only the types of the two differ.
  return err(parsed.error.issues.map((issue) => ({ ...issue, path: [...issue.path] }) as Issue));
}

function severalNamed(forms: readonly Form[], value: unknown): Issue {
  const keys = forms.map(({ key }) => key).join(" and ");
  return { code: "custom", message: `${keys} cannot be in one entry: write an entry for each`, path: [], input: value };
}

/** No key of a reader: it is misspelt, or missing. */
function nameless(value: Readonly<Record<string, unknown>>, forms: Forms): readonly Issue[] {
  const sources = forms.map(({ key }) => key);
  const known = new Set([...Object.keys(COMMON), ...forms.flatMap(({ entry }) => Object.keys(entry))]);
  const unknown = Object.keys(value).filter((key) => !known.has(key));
  const misspelt = unknown.some((key) => didYouMean(key, sources) !== null);
  return [
    ...(misspelt ? [] : [missing(sources, value)]),
    ...(unknown.length === 0 ? [] : [{ code: "unrecognized_keys" as const, keys: unknown, path: [], input: value }]),
    ...issuesOf(checked(z.looseObject(COMMON), value)),
  ];
}

function issuesOf(result: Result<unknown, readonly Issue[]>): readonly Issue[] {
  return result.ok ? [] : result.error;
}

function missing(sources: readonly string[], value: unknown): Issue {
  const [only = "", ...others] = sources;
  if (others.length === 0) return { code: "invalid_type", expected: "string", path: [only], input: undefined };
  return { code: "custom", message: `names no source: it needs one of ${sources.join(", ")}`, path: [], input: value };
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
