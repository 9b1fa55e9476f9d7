import type { LoadedConfig } from "../config/load.ts";
import type { DeclarationReader } from "../declared/model/reader.ts";
import { readSources } from "../declared/readers/read-sources.ts";
import { settingOfFile, settingsOf, type SourceSetting } from "../declared/readers/source-settings.ts";
import type { Clock } from "../domain/ports/clock.ts";
import type { DeclaredReader } from "../domain/ports/declared-reader.ts";

interface Named {
  /** Files of a command line, relative to `cwd`. */
  readonly files?: readonly string[];
  readonly cwd?: string;
  readonly readers: readonly DeclarationReader[];
}

/** What the configuration declares, plus files named on the command line. */
export function sourceSettings(loaded: LoadedConfig | null, named: Named): readonly SourceSetting[] {
  const { files = [], cwd = ".", readers } = named;
  const configured = settingsOf(loaded?.config.declared ?? [], { readers, directory: loaded?.directory ?? cwd });
  return [...configured, ...files.map((file) => settingOfFile(file, cwd))];
}

/** Reads them again each cycle; null when nothing is declared at all. */
export function declaredReader(
  loaded: LoadedConfig | null,
  clock: Clock,
  readers: readonly DeclarationReader[],
): DeclaredReader | null {
  const settings = sourceSettings(loaded, { readers });
  if (settings.length === 0) return null;
  return (previous, signal) =>
    readSources(settings, { readers, now: clock.now(), previous, ...(signal === undefined ? {} : { signal }) });
}
