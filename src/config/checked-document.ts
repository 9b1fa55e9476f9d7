import { z } from "zod";
import { err, ok, type Result } from "../lib/result.ts";
import type { YamlDocument, YamlPath } from "../lib/yaml.ts";
import { wantedAt } from "./described.ts";
import { type ConfigProblem, problemsOf, renderProblems } from "./problems.ts";
import { plainSentence } from "./sentences.ts";
import { valueAt } from "./value-at.ts";

/** A schema, and the JSON Schema of what may be written by it; the second is asked for only when something is wrong. */
export interface DocumentForm<T> {
  readonly schema: z.ZodType<T>;
  readonly jsonSchema: () => unknown;
}

export function documentForm<T>(schema: z.ZodType<T>): DocumentForm<T> {
  return { schema, jsonSchema: () => z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) };
}

/** What an operator wrote, by its schema, or everything that is wrong with it in the order of the text. */
export function checkedDocument<T>(
  { schema, jsonSchema }: DocumentForm<T>,
  document: YamlDocument,
): Result<T, readonly ConfigProblem[]> {
  if (document.errors.length > 0) return err(document.errors.map((e) => ({ ...e, path: "", hint: null })));
  const parsed = schema.safeParse(document.value, { error: plainSentence, reportInput: true });
  if (parsed.success) return ok(parsed.data);
  const wanted = (path: YamlPath) => wantedAt(jsonSchema(), path, document.value);
  return err(problemsOf(parsed.error.issues, document, wanted));
}

/** The part of a document at a path, as a document of its own: what is wrong with it is still shown in its place. */
export function partOf(document: YamlDocument, at: YamlPath): YamlDocument {
  return {
    value: valueAt(document.value, at),
    errors: document.errors,
    positionOf: (path) => document.positionOf([...at, ...path]),
    keyPositionOf: (path) => document.keyPositionOf([...at, ...path]),
  };
}

/** The problems of a file without secrets, each with its line and a caret. */
export function shownProblems(file: string, text: string, problems: readonly ConfigProblem[]): string {
  return renderProblems(file, { text, lines: text.split(/\r?\n/) }, problems);
}
