import type { z } from "zod";
import type { TextPosition, YamlDocument, YamlPath } from "../lib/yaml.ts";
import { MARK } from "./redact.ts";
import { choiceProblem, hintFor, type Wanted, withForm } from "./sentences.ts";
import { didYouMean } from "./suggest.ts";
import { isRecord, valueAt } from "./value-at.ts";

/** One thing wrong with a configuration file, with its place. */
export interface ConfigProblem extends TextPosition {
  /** `outputs.kafka.brokers.0`; empty for problems of the text itself. */
  readonly path: string;
  readonly message: string;
  readonly hint: string | null;
}

/** Why nothing was started: the text for stderr and the exit code. */
export interface ConfigFailure {
  readonly exit: 77 | 78;
  readonly text: string;
  readonly problems: readonly ConfigProblem[];
  /** The file they are in, as given; null when there is none. */
  readonly path: string | null;
}

/** What values mean together, before its place is looked up. */
export interface Finding {
  readonly level: "error" | "warning";
  readonly path: YamlPath;
  readonly message: string;
  readonly hint?: string;
}

/** Everything zod found, in the order of the text. */
export function problemsOf(
  issues: readonly z.core.$ZodIssue[],
  document: YamlDocument,
  wantedAt: (path: YamlPath) => Wanted,
): readonly ConfigProblem[] {
  const problems = issues
    .filter((issue) => !isBesideWrongTag(issue, issues))
    .flatMap((issue) => problemsOfIssue(issue, document, wantedAt));
  return problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
}

/** Something that says it is of another form: its keys were held against the wrong one. */
function isBesideWrongTag(issue: z.core.$ZodIssue, issues: readonly z.core.$ZodIssue[]): boolean {
  const tags = issues.filter((other) => other.code === "invalid_value" && other.values.length === 1);
  return tags.some((tag) => tag !== issue && tag.path.slice(0, -1).every((step, i) => issue.path[i] === step));
}

function problemsOfIssue(
  issue: z.core.$ZodIssue,
  document: YamlDocument,
  wantedAt: (path: YamlPath) => Wanted,
): ConfigProblem[] {
  const path = stepsOf(issue.path);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => unknownKey([...path, key], document, wantedAt));
  }
  if (issue.code === "invalid_key" && issue.issues.some(({ code }) => code === "invalid_value"))
    return [unknownKey(path, document, wantedAt)];
  if (issue.code === "invalid_union")
    return issue.discriminator === undefined
      ? unionProblem(issue, path, document)
      : [tagProblem(issue, path, document)];
  const missing = issue.code === "invalid_type" && issue.input === undefined;
  const position = missing ? groupPosition(path, document) : document.positionOf(path);
  const wanted = wantedAt(path);
  return [{ ...position, path: path.join("."), message: withForm(issue, wanted), hint: hintFor(issue, wanted) }];
}

/** Where something is missing: at the key of the group that lacks it. */
function groupPosition(path: YamlPath, document: YamlDocument): TextPosition {
  return path.length > 1 ? document.keyPositionOf(path.slice(0, -1)) : document.keyPositionOf(path);
}

function stepsOf(path: readonly PropertyKey[]): (string | number)[] {
  return path.filter((step): step is string | number => typeof step !== "symbol");
}

function unknownKey(path: YamlPath, document: YamlDocument, wantedAt: (path: YamlPath) => Wanted): ConfigProblem {
  const group = path.slice(0, -1);
  const key = String(path.at(-1));
  const { keys } = wantedAt(group);
  const written = valueAt(document.value, group);
  // What is written beside it is not meant once more.
  const guess = didYouMean(
    key,
    keys.filter((other) => !isRecord(written) || !(other in written)),
  );
  const [below, ...others] = keys.filter((other) => wantedAt([...group, other]).keys.includes(key));
  const place = below !== undefined && others.length === 0 ? `it belongs below "${below}"` : null;
  const hint = place ?? (guess === null ? `known here: ${keys.join(", ")}` : `did you mean "${guess}"?`);
  return { ...document.keyPositionOf(path), path: path.join("."), message: "unknown key", hint };
}

/** Of a union the branch that came furthest explains best: it has its own sentence rather than a wrong type. */
function unionProblem(issue: z.core.$ZodIssueInvalidUnion, path: YamlPath, document: YamlDocument): ConfigProblem[] {
  const found = branchIssues(issue);
  const inner = ["custom", "invalid_format", "too_small", "too_big"].flatMap((code) =>
    found.filter((one) => one.code === code),
  )[0];
  if (inner === undefined && found.every((one) => one.path.length === 0)) {
    return [{ ...document.positionOf(path), path: path.join("."), ...choiceProblem(found) }];
  }
  const chosen = inner ?? found[0];
  const innerPath = [...path, ...stepsOf(chosen?.path ?? [])];
  const message = chosen?.message ?? issue.message;
  return [{ ...document.positionOf(innerPath), path: innerPath.join("."), message, hint: null }];
}

function branchIssues(issue: z.core.$ZodIssueInvalidUnion): readonly z.core.$ZodIssue[] {
  return issue.errors.flat().flatMap((one) => (one.code === "invalid_union" ? branchIssues(one) : [one]));
}

/** The key that says which of several forms it is; where it is missing, the name of the entry may be meant as it. */
function tagProblem(issue: z.core.$ZodIssueInvalidUnion, path: YamlPath, document: YamlDocument): ConfigProblem {
  const written = valueAt(document.value, path);
  const at = written === undefined ? path.slice(0, -1) : path;
  const position = written === undefined ? document.keyPositionOf(at) : document.positionOf(at);
  const options = "options" in issue && Array.isArray(issue.options) ? issue.options.map(String) : [];
  const guess = didYouMean(String(typeof written === "string" ? written : at.at(-1)), options);
  const hint = guess === null ? null : `did you mean "${guess}"?`;
  return { ...position, path: at.join("."), message: issue.message, hint };
}

/** Characters of a line that are shown. */
const MAX_SHOWN = 160;
// A file may hold what steers a terminal, or begins a line that a pipeline takes for a command; it is shown as one visible
// character each, so that the caret stays in place.
const STEERING = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** One line each, for a log: `file:line:col  path: message`. */
export function problemLines(file: string, problems: readonly ConfigProblem[]): readonly string[] {
  return problems.map((p) => `${visible(file)}:${p.line}:${p.column}  ${problemText(p)}`);
}

/** What is wrong and what to write instead, in one line without its place. */
export function problemText(p: ConfigProblem): string {
  return `${what(p)}${p.hint === null ? "" : ` (${p.hint})`}`;
}

function what(p: ConfigProblem): string {
  return visible(p.path === "" ? p.message : `${p.path}: ${p.message}`);
}

function placed(file: string, p: ConfigProblem): string {
  return `${visible(file)}:${p.line}:${p.column}  ${what(p)}`;
}

/** The text of a file, and its lines as they may be shown: without secrets. */
export interface ShownText {
  readonly text: string;
  readonly lines: readonly string[];
}

/** Compiler style: `file:line:col  path: message`, the line, and a caret under the place. */
export function renderProblems(file: string, shown: ShownText, problems: readonly ConfigProblem[]): string {
  const written = shown.text.split(/\r?\n/);
  const at = ({ line }: ConfigProblem) => ({ written: written[line - 1] ?? "", shown: shown.lines[line - 1] ?? "" });
  return problems.map((p) => renderOne(file, at(p), p)).join("\n");
}

/** One line, whatever is in the text. */
export function visible(text: string): string {
  return text.replaceAll(STEERING, "\ufffd");
}

function renderOne(file: string, line: { readonly written: string; readonly shown: string }, p: ConfigProblem): string {
  const source = visible(line.shown.replaceAll("\t", " ")).slice(0, MAX_SHOWN);
  const margin = " ".repeat(String(p.line).length);
  const { column, length } = placeIn(line, p);
  const caret = "^".repeat(Math.max(1, Math.min(length, source.length - column + 1)));
  const hint = p.hint === null ? "" : `  ${p.hint}`;
  return [placed(file, p), `  ${p.line} | ${source}`, `  ${margin} | ${" ".repeat(column - 1)}${caret}${hint}`].join(
    "\n",
  );
}

/** What is behind the beginning of a hidden part is shown as that part. */
function placeIn(line: { readonly written: string; readonly shown: string }, { column, length }: ConfigProblem) {
  let same = 0;
  while (same < line.shown.length && line.shown[same] === line.written[same]) same++;
  return line.written === line.shown || column <= same ? { column, length } : { column: same + 1, length: MARK.length };
}
