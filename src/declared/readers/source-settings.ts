import type { DeclaredEntry } from "../../config/declared-entries.ts";
import type { DeclarationReader, ReaderInput } from "../model/reader.ts";
import type { FilePattern } from "./source-files.ts";

/** One entry of the configuration, or a file named on the command line. */
export interface SourceSetting extends FilePattern {
  /** Null: no key names it, the first that recognises a file reads it. */
  readonly reader: DeclarationReader | null;
  readonly options: ReaderInput["options"];
  /** Closed world: inside these CIDRs "not declared" is evidence. */
  readonly completeFor: readonly string[];
  readonly maxAgeMs: number | null;
}

export interface SettingsOptions {
  readonly readers: readonly DeclarationReader[];
  readonly directory: string;
}

/** Entries of a configuration that was checked with the keys of the same readers. */
export function settingsOf(
  entries: readonly DeclaredEntry[],
  { readers, directory }: SettingsOptions,
): readonly SourceSetting[] {
  return entries.flatMap((entry): SourceSetting[] => {
    const { complete_for: completeFor, max_age: maxAgeMs = null, ...options } = entry;
    const reader = readers.find(({ key }) => key in options);
    if (reader === undefined) return [];
    return [{ reader, options, pattern: String(options[reader.key]), completeFor, maxAgeMs, directory }];
  });
}

/** A file without an entry of its own. */
export function settingOfFile(file: string, directory: string): SourceSetting {
  return { reader: null, options: {}, pattern: file, completeFor: [], maxAgeMs: null, directory };
}
