import { z } from "zod";
import type { YamlDocument } from "../lib/yaml.ts";
import type { OutputKind, Outputs } from "./output-kind.ts";
import type { ConfigProblem } from "./problems.ts";
import { isRecord, valueAt } from "./value-at.ts";

/** The keys under `outputs`, made from the kinds there are: each name once, each with the options of its kind. */
export function outputsSchema(kinds: readonly OutputKind[]): z.ZodDefault<z.ZodType<Outputs>> {
  const own = kinds.map((kind) => [kind.kind, ownName(kind)] as const);
  const entries: z.ZodType = z
    .strictObject(Object.fromEntries(own))
    .catchall(anyName(kinds))
    .meta({ propertyNames: { pattern: NAME.source } });
  // Every entry has kind and backfill: both functions below add them to the options of a kind.
  return (entries as z.ZodType<Outputs>).default({}).describe(ABOUT);
}

const ABOUT =
  "where events go: any number of outputs, each under its own name (letters, digits and dashes, at most 32 characters). " +
  "Metrics, `outbox status`, dead letters and health events use that name. An output named after its kind needs no `kind`";
const KIND = "kind of the output; may be left out where the name is a kind";
const backfill = z.boolean().default(false).describe("a new output starts at the oldest stored event");

/** An output named after a kind is of that kind: another kind under that name would continue at the wrong cursor. */
function ownName({ kind, about, options }: OutputKind) {
  const error = `the name ${kind} is reserved for an output of kind ${kind}; give this one another name`;
  const own = z.literal(kind, { error }).default(kind).describe(KIND);
  return options.extend({ kind: own, backfill }).describe(about).optional();
}

function anyName(kinds: readonly OutputKind[]): z.ZodType {
  const named = kinds.map(({ kind, options }) => options.extend({ kind: z.literal(kind).describe(KIND), backfill }));
  const [first, ...rest] = named;
  const all = listed(kinds.map(({ kind }) => kind));
  const error = (issue: { readonly code?: string; readonly input?: unknown }) => {
    if (issue.code !== "invalid_union") return undefined;
    return isRecord(issue.input) && "kind" in issue.input
      ? `the kind of an output is ${all}`
      : `an output that is not named after its kind needs kind: ${all}`;
  };
  return first === undefined ? z.never() : z.discriminatedUnion("kind", [first, ...rest], { error });
}

function listed(words: readonly string[]): string {
  return new Intl.ListFormat("en-GB", { type: "disjunction" }).format(words);
}

/** It is in metrics, events and file names of scripts, so it holds nothing that any of them would have to quote. */
const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,30}[A-Za-z0-9])?$/;

/** Looked at in the text's own data: a schema would leave out a key such as `__proto__` without a word. */
export function outputNameProblems(document: YamlDocument): readonly ConfigProblem[] {
  const outputs = valueAt(document.value, ["outputs"]);
  if (!isRecord(outputs) || Array.isArray(outputs)) return [];
  return Object.keys(outputs)
    .filter((name) => !NAME.test(name))
    .map((name) => {
      const path = ["outputs", name];
      const message = "an output name is made of letters and digits, with dashes between them, at most 32 characters";
      return { ...document.keyPositionOf(path), path: path.join("."), message, hint: "for example kafka-soc" };
    });
}
