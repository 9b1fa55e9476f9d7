import type { LoadedConfig } from "../config/load.ts";
import { readSources, type SourceSetting } from "../declared/readers/read-sources.ts";
import type { DeclaredState } from "../domain/declaration.ts";
import type { Clock } from "../domain/ports/clock.ts";

export type DeclaredReader = (previous: DeclaredState | null) => Promise<DeclaredState>;

/** What the configuration declares, plus files named on the command line. */
export function sourceSettings(
  loaded: LoadedConfig | null,
  extra: readonly string[],
  cwd = ".",
): readonly SourceSetting[] {
  const configured = (loaded?.config.declared ?? []).map(
    (entry): SourceSetting => ({
      pattern: entry.inventory,
      completeFor: entry.complete_for,
      maxAgeMs: entry.max_age ?? null,
      directory: loaded?.directory ?? cwd,
    }),
  );
  const named = extra.map(
    (file): SourceSetting => ({ pattern: file, completeFor: [], maxAgeMs: null, directory: cwd }),
  );
  return [...configured, ...named];
}

/** Reads them anew each cycle; null when nothing is declared at all. */
export function declaredReader(loaded: LoadedConfig | null, clock: Clock): DeclaredReader | null {
  const settings = sourceSettings(loaded, []);
  if (settings.length === 0) return null;
  return (previous) => Promise.resolve(readSources(settings, { now: clock.now(), previous }));
}
