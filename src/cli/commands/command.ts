import type { Command } from "commander";
import { type LoadedConfig, loadConfig } from "../../config/load.ts";
import type { ConfigFailure } from "../../config/problems.ts";
import { processEnvironment } from "../../config/environment.ts";
import { wallClock } from "../../lib/time.ts";
import { ok, type Result } from "../../lib/result.ts";
import { CONFIG_FORMAT } from "../../app/config-format.ts";
import { failureText, type OperationFailure } from "../../app/failure.ts";
import { tellOpening } from "../../app/operations/tell.ts";
import { withState } from "../../app/operations/on-state.ts";
import { stateDirectory } from "../../config/settings.ts";
import type { OpenState } from "../../app/wiring.ts";
import { EXIT } from "../exit-codes.ts";
import { type CommandIo, complain, type GlobalOptions } from "../io.ts";

/** What a command file is given to add itself to the program. */
export interface CommandHost {
  readonly program: Command;
  readonly io: CommandIo;
  readonly done: (code: number) => void;
}

/** The configuration named by the flags; its warnings go to stderr unless quiet. */
export function configFor(io: CommandIo, globals: GlobalOptions): Result<LoadedConfig, ConfigFailure> {
  const loaded = readConfig(io, globals);
  if (loaded.ok && loaded.value.warnings.length > 0 && globals.quiet !== true) {
    complain(io, loaded.value.warningText);
  }
  return loaded;
}

/** The configuration as it stands in the file now; who asks tells its warnings. */
export function readConfig(io: CommandIo, globals: GlobalOptions): Result<LoadedConfig, ConfigFailure> {
  const flag = globals.config ?? null;
  const at = { cwd: io.cwd, environment: processEnvironment(), now: wallClock(), format: CONFIG_FORMAT };
  const loaded = loadConfig({ flag, ...at });
  if (loaded.ok) io.learnSecrets?.(loaded.value.redact);
  return loaded;
}

/** As {@link configFor}, but a command that can do without a configuration gets null when none is named. */
export function optionalConfigFor(io: CommandIo, globals: GlobalOptions): Result<LoadedConfig | null, ConfigFailure> {
  return globals.config === undefined ? ok(null) : configFor(io, globals);
}

/** What most commands need: configuration, state directory, and the open store, closed again whatever happens. */
export interface StateWork {
  readonly loaded: LoadedConfig;
  readonly stateDirectory: string;
  readonly store: OpenState;
}

/** Runs the work on the state; refusals become text on stderr and their exit code. */
export async function onState(
  host: { readonly io: CommandIo; readonly globals: GlobalOptions; readonly access: "read" | "write" },
  work: (state: StateWork) => Promise<Result<number, OperationFailure>>,
): Promise<number> {
  const { io, globals, access } = host;
  const loaded = configFor(io, globals);
  if (!loaded.ok) {
    complain(io, loaded.error.text);
    return loaded.error.exit;
  }
  const directory = stateDirectory(loaded.value, globals.state ?? null, io.cwd);
  const result = await withState({ directory, access }, async (store) => {
    for (const line of await tellOpening(store, loaded.value)) complain(io, `tripline: ${line}`);
    return work({ loaded: loaded.value, stateDirectory: directory, store });
  });
  if (result.ok) return result.value;
  complain(io, failureText(result.error));
  return result.error.exit;
}

/** One id or name, for commands with a required argument. */
export function usage(io: CommandIo, text: string): number {
  complain(io, `tripline: ${text}`);
  return EXIT.usage;
}
