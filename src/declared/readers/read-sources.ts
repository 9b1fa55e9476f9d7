import type { Declaration, DeclaredSource, DeclaredState } from "../../domain/declaration.ts";
import { sha256Hex } from "../../lib/hash.ts";
import { formatDuration } from "../../lib/time.ts";
import { mergeDeclarations } from "../bind/merge.ts";
import type { DeclarationReader, FoundDeclaration, Problem, ReaderInput } from "../model/reader.ts";
import { betterReader, type Choice, chooseReader } from "./choose-reader.ts";
import { asStale, lastGood, type SourceRead } from "./last-good.ts";
import { runReader } from "./run-reader.ts";
import { type FileText, filesOf, readText } from "./source-files.ts";
import type { SourceSetting } from "./source-settings.ts";
import { sourceWarnings } from "./warnings.ts";

export interface ReadOptions {
  readonly readers: readonly DeclarationReader[];
  readonly now: number;
  /** What was read when it was last good. */
  readonly previous: DeclaredState | null;
  /** Ends the reading: what was not read by then counts as unreadable. Absent: nothing ends it. */
  readonly signal?: AbortSignal;
}

/**
 * Reads all sources. A source that turns missing, empty, unreadable or loses more than half of its entries keeps its
 * last good state, marked stale: an "everything is undeclared" storm must be impossible. Never throws.
 */
export async function readSources(settings: readonly SourceSetting[], options: ReadOptions): Promise<DeclaredState> {
  const read: SourceRead[] = [];
  for (const setting of settings) {
    for (const file of await filesOf(setting)) {
      read.push(lastGood(await readFresh(setting, file, options), options.previous));
    }
  }
  return {
    declarations: mergeDeclarations(
      read.flatMap((r) => r.declarations),
      options.now,
    ),
    sources: read.map((r) => r.source),
  };
}

/** Where nobody knows the format, there is no tool to name. */
const NO_TOOL = "unknown";

async function readFresh(setting: SourceSetting, file: string, options: ReadOptions): Promise<SourceRead> {
  const found = await readText(setting, file);
  const text = "why" in found ? "" : found.body;
  const choice = chooseReader(setting, { file, text }, options.readers);
  const source = unread(setting, file, choice);
  if ("why" in found) return { source: { ...source, notes: [`${file}: ${found.why}`] }, declarations: [] };
  const digest = sha256Hex(text);
  if (choice.reader === null)
    return { source: { ...source, digest, notes: [`${file}: ${choice.why}`] }, declarations: [] };
  const input = { file, text, options: choice.options };
  const outcome = await runReader(choice.reader, input, options.signal ?? new AbortController().signal);
  if (outcome.state === "failed")
    return { source: { ...source, digest, notes: [`${file}: ${outcome.why}`] }, declarations: [] };
  if (outcome.state === "refused") {
    const notes = [...outcome.problems.map((one) => noteOf(file, one)), ...hintFor(choice.reader, input, options)];
    return { source: { ...source, digest, notes }, declarations: [] };
  }
  return usable(outcome, { setting, file: found, source: { ...source, digest }, now: options.now });
}

function unread({ completeFor }: SourceSetting, file: string, { reader }: Choice): DeclaredSource {
  const tool = reader?.tool ?? NO_TOOL;
  return { file, tool, state: "unreadable", entries: 0, digest: null, readAt: null, completeFor, notes: [] };
}

function noteOf(file: string, { line, column, message }: Problem): string {
  return `${file}:${line}:${column}  ${message}`;
}

function hintFor(refused: DeclarationReader, input: ReaderInput, { readers }: ReadOptions): readonly string[] {
  const better = betterReader(refused, input, readers);
  return better === null ? [] : [`${input.file}: looks like ${better.reads}; its key is "${better.key}"`];
}

interface Answer {
  readonly format: string;
  readonly declarations: readonly FoundDeclaration[];
  readonly warnings: readonly Problem[];
}

function usable(
  { format, declarations: found, warnings }: Answer,
  at: {
    readonly setting: SourceSetting;
    readonly file: FileText;
    readonly source: DeclaredSource;
    readonly now: number;
  },
): SourceRead {
  const { setting, source, now } = at;
  const { file, digest } = source;
  const place = { file, format, digest: digest ?? "", readAt: now, stale: false };
  const declarations = found.map((one) => placed(one, place));
  const notes = [...warnings.map((one) => noteOf(file, one)), ...sourceWarnings(declarations, now)];
  const read = { ...source, entries: declarations.length, readAt: now };
  const old = tooOld(setting, { file, modifiedAt: at.file.modifiedAt, now });
  if (old === null) return { source: { ...read, state: "read", notes }, declarations };
  return { source: { ...read, state: "stale", notes: [old, ...notes] }, declarations: declarations.map(asStale) };
}

function placed(
  { place, expires, confidence, reasons, ...what }: FoundDeclaration,
  file: Omit<Declaration["sources"][number], "line" | "column">,
): Declaration {
  const sources = [{ ...file, line: place?.line ?? null, column: place?.column ?? null }];
  return { ...what, sources, expires, confidence, reasons };
}

/** A file that nobody touched for longer than its `max_age` is used, but not called fresh. */
function tooOld(
  { maxAgeMs }: SourceSetting,
  { file, modifiedAt, now }: { readonly file: string; readonly modifiedAt: number; readonly now: number },
): string | null {
  if (maxAgeMs === null || now - modifiedAt <= maxAgeMs) return null;
  return `${file}: last changed ${formatDuration(now - modifiedAt)} ago; max_age is ${formatDuration(maxAgeMs)}`;
}
