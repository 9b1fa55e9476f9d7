import type { Command } from "commander";
import { type ConfigFailure, type LoadedConfig, loadConfig } from "../../config/load.ts";
import { processEnvironment } from "../../config/environment.ts";
import { wallClock } from "../../lib/time.ts";
import { ok, type Result } from "../../lib/result.ts";
import { renderProblems } from "../../config/problems.ts";
import { type CommandIo, complain, type GlobalOptions } from "../io.ts";

/** What a command file is given to add itself to the program. */
export interface CommandHost {
  readonly program: Command;
  readonly io: CommandIo;
  readonly done: (code: number) => void;
}

/** The configuration named by the flags; its warnings go to stderr unless quiet. */
export function configFor(io: CommandIo, globals: GlobalOptions): Result<LoadedConfig, ConfigFailure> {
  const flag = globals.config ?? null;
  const loaded = loadConfig({ flag, cwd: io.cwd, environment: processEnvironment(), now: wallClock() });
  if (loaded.ok && loaded.value.warnings.length > 0 && globals.quiet !== true) {
    complain(io, renderProblems(loaded.value.path ?? "tripline.yaml", loaded.value.text, loaded.value.warnings));
  }
  return loaded;
}

/** As {@link configFor}, but a command that can do without a configuration gets null when none is named. */
export function optionalConfigFor(io: CommandIo, globals: GlobalOptions): Result<LoadedConfig | null, ConfigFailure> {
  return globals.config === undefined ? ok(null) : configFor(io, globals);
}

export function wantsJson(globals: GlobalOptions): boolean {
  return globals.json === true || globals.format === "json";
}
