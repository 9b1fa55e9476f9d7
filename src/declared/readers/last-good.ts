import type { Declaration, DeclaredSource, DeclaredState } from "../../domain/declaration.ts";

/** One file, as it was read. */
export interface SourceRead {
  readonly source: DeclaredSource;
  readonly declarations: readonly Declaration[];
}

/** A source that broke, or lost more than half of its entries, is replaced by what it said when it was last good. */
export function lastGood(fresh: SourceRead, previous: DeclaredState | null): SourceRead {
  const { file, tool, state, entries, notes } = fresh.source;
  const before = previous?.sources.find(
    (source) => source.file === file && source.tool === tool && source.state !== "unreadable",
  );
  if (before === undefined || (state === "read" && entries * 2 >= before.entries)) return fresh;
  const why = state === "read" ? [`${entries} of ${before.entries} entries are left`] : notes;
  const kept = previous?.declarations.filter((d) => d.sources.some((s) => s.file === file)) ?? [];
  const own = kept.map((d) => ({ ...d, sources: d.sources.filter((s) => s.file === file) }));
  return { source: { ...before, state: "stale", notes: why }, declarations: own.map(asStale) };
}

export function asStale(declaration: Declaration): Declaration {
  return { ...declaration, sources: declaration.sources.map((source) => ({ ...source, stale: true })) };
}
