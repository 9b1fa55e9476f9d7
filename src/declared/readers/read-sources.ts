import { globSync, readFileSync, statSync } from "node:fs";
import { relative, resolve } from "node:path";
import type { Declaration, DeclaredSource, DeclaredState } from "../../domain/declaration.ts";
import { sha256Hex } from "../../lib/hash.ts";
import { formatDuration } from "../../lib/time.ts";
import { mergeDeclarations } from "../bind/merge.ts";
import { readInventory } from "./inventory/read.ts";
import { sourceWarnings } from "./warnings.ts";

/** One entry of the configuration, or a file named on the command line. */
export interface SourceSetting {
  /** A path or a glob, relative to `directory`. */
  readonly pattern: string;
  /** Closed world: inside these CIDRs "not declared" is evidence. */
  readonly completeFor: readonly string[];
  readonly maxAgeMs: number | null;
  readonly directory: string;
}

interface SourceRead {
  readonly source: DeclaredSource;
  readonly declarations: readonly Declaration[];
}

const MAX_BYTES = 64 * 1024 ** 2;

/**
 * Reads all sources. A source that turns missing, empty, unreadable or loses more than half of its entries keeps its
 * last good state, marked stale: an "everything is undeclared" storm must be impossible. Never throws.
 */
export function readSources(
  settings: readonly SourceSetting[],
  options: { readonly now: number; readonly previous: DeclaredState | null },
): DeclaredState {
  const read = settings.flatMap((setting) => filesOf(setting).map((file) => readOne(setting, file, options)));
  return {
    declarations: mergeDeclarations(
      read.flatMap((r) => r.declarations),
      options.now,
    ),
    sources: read.map((r) => r.source),
  };
}

function filesOf({ pattern, directory }: SourceSetting): readonly string[] {
  if (!/[*?[{]/.test(pattern)) return [pattern];
  const found = globSync(pattern, { cwd: directory }).toSorted();
  return found.length === 0 ? [pattern] : found;
}

function readOne(
  setting: SourceSetting,
  file: string,
  options: { readonly now: number; readonly previous: DeclaredState | null },
): SourceRead {
  const fresh = readFresh(setting, file, options.now);
  const before =
    options.previous?.sources.find((source) => source.file === file && source.state !== "unreadable") ?? null;
  if (fresh.source.state === "read" && (before === null || fresh.source.entries * 2 >= before.entries)) return fresh;
  if (before === null) return fresh;
  const why =
    fresh.source.state === "read"
      ? `${fresh.source.entries} of ${before.entries} entries are left`
      : fresh.source.notes;
  const kept = options.previous?.declarations.filter((d) => d.sources.some((s) => s.file === file)) ?? [];
  const own = kept.map((d) => ({ ...d, sources: d.sources.filter((s) => s.file === file) }));
  return { source: { ...before, state: "stale", notes: [why].flat() }, declarations: own.map(asStale) };
}

function asStale(declaration: Declaration): Declaration {
  return { ...declaration, sources: declaration.sources.map((source) => ({ ...source, stale: true })) };
}

/** A file that nobody touched for longer than its `max_age` is used, but not called fresh. */
function tooOld(
  { maxAgeMs }: SourceSetting,
  { file, modifiedAt, now }: { readonly file: string; readonly modifiedAt: number; readonly now: number },
): string | null {
  if (maxAgeMs === null || now - modifiedAt <= maxAgeMs) return null;
  return `${file}: last changed ${formatDuration(now - modifiedAt)} ago; max_age is ${formatDuration(maxAgeMs)}`;
}

function readFresh(setting: SourceSetting, file: string, now: number): SourceRead {
  const empty: DeclaredSource = {
    file,
    tool: "inventory",
    state: "unreadable",
    entries: 0,
    digest: null,
    readAt: null,
    completeFor: setting.completeFor,
    notes: [],
  };
  const text = readText(setting, file);
  if ("why" in text) return { source: { ...empty, notes: [`${file}: ${text.why}`] }, declarations: [] };
  const digest = sha256Hex(text.body);
  const { declarations, problems } = readInventory(text.body, {
    file,
    format: formatOf(file),
    digest,
    readAt: now,
    stale: false,
  });
  const notes = problems.map((p) => `${file}:${p.line}:${p.column}  ${p.message}`);
  if (problems.length > 0) return { source: { ...empty, digest, notes }, declarations: [] };
  const read = { ...empty, entries: declarations.length, digest, readAt: now };
  const warnings = sourceWarnings(declarations, now);
  const old = tooOld(setting, { file, modifiedAt: text.modifiedAt, now });
  if (old === null) return { source: { ...read, state: "read", notes: warnings }, declarations };
  return { source: { ...read, state: "stale", notes: [old, ...warnings] }, declarations: declarations.map(asStale) };
}

function formatOf(file: string): string {
  return /\.ya?ml$/i.test(file) ? "yaml" : "csv";
}

interface FileText {
  readonly body: string;
  /** UTC ms. */
  readonly modifiedAt: number;
}

/** A path named by the operator is read; a glob never leads out of its directory. */
function readText({ pattern, directory }: SourceSetting, file: string): FileText | { readonly why: string } {
  const path = resolve(directory, file);
  if (pattern !== file && relative(directory, path).startsWith(".."))
    return { why: "leads out of the directory of the configuration" };
  try {
    const { size, mtimeMs } = statSync(path);
    if (size > MAX_BYTES) return { why: `${size} bytes; at most ${MAX_BYTES} are read` };
    return { body: new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(path)), modifiedAt: mtimeMs };
  } catch (error) {
    if (error instanceof TypeError) return { why: "is not UTF-8 text" };
    return {
      why: `cannot be read (${error instanceof Error && "code" in error ? String(error.code) : "unknown error"})`,
    };
  }
}
