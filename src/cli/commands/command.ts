import type { Command } from "commander";
import { type LoadedConfig, loadConfig } from "../../config/load.ts";
import type { ConfigFailure } from "../../config/problems.ts";
import { processEnvironment } from "../../config/environment.ts";
import { ok, type Result } from "../../lib/result.ts";
import { failureText, type OperationFailure } from "../../app/failure.ts";
import { perform, withState } from "../../app/operations/on-state.ts";
import type { ChangeOperation } from "../../app/operations/operation.ts";
import type { OpenState, Runtime } from "../../app/runtime.ts";
import { stateDirectory } from "../../config/settings.ts";
import { EXIT } from "../exit-codes.ts";
import { type CommandIo, complain, type GlobalOptions, say } from "../io.ts";
import { type CommandResult, printResult } from "../print-result.ts";

/** What a command file is given to add itself to the program. */
export interface CommandHost {
  readonly program: Command;
  readonly io: CommandIo;
  readonly runtime: Runtime;
  readonly done: (code: number) => void;
}

/** What reading a configuration needs. */
export type Reader = Pick<CommandHost, "io" | "runtime">;

/** The configuration named by the flags; its warnings go to stderr unless quiet. */
export function configFor(reader: Reader, globals: GlobalOptions): Result<LoadedConfig, ConfigFailure> {
  const loaded = readConfig(reader, globals);
  if (loaded.ok && loaded.value.warnings.length > 0 && globals.quiet !== true) {
    complain(reader.io, loaded.value.warningText);
  }
  return loaded;
}

/** The configuration as it is in the file now; the caller prints its warnings. */
export function readConfig({ io, runtime }: Reader, globals: GlobalOptions): Result<LoadedConfig, ConfigFailure> {
  const flag = globals.config ?? null;
  const at = { cwd: io.cwd, environment: processEnvironment(), now: runtime.clock.now(), format: runtime.configFormat };
  const loaded = loadConfig({ flag, ...at });
  if (loaded.ok) io.learnSecrets?.(loaded.value.redact);
  return loaded;
}

/** As {@link configFor}, but a command that can do without a configuration gets null when none is named. */
export function optionalConfigFor(reader: Reader, globals: GlobalOptions): Result<LoadedConfig | null, ConfigFailure> {
  return globals.config === undefined ? ok(null) : configFor(reader, globals);
}

/** What most commands need: configuration, state directory, and the open store, closed again whatever happens. */
export interface StateWork {
  readonly runtime: Runtime;
  readonly loaded: LoadedConfig;
  readonly stateDirectory: string;
  readonly store: OpenState;
}

/** Looks something up in the state, beside a running agent too; refusals become text on stderr and their exit code. */
export function onState(
  host: Reader & { readonly globals: GlobalOptions },
  work: (state: StateWork) => Promise<Result<number, OperationFailure>>,
): Promise<number> {
  return onSite(host, (site) => withState(site, "read", work));
}

interface Act<In, Out> {
  readonly globals: GlobalOptions;
  readonly input: In;
  /** What to say when it is done; data too where programs read it. */
  readonly done: (outcome: Out) => string | CommandResult;
}

/** Changes something in the state, by a use case, while an agent runs through it; as {@link onState} otherwise. */
export function act<In, Out>(
  { io, runtime }: Reader,
  operation: ChangeOperation<In, Out>,
  { globals, input, done }: Act<In, Out>,
): Promise<number> {
  return onSite({ io, runtime, globals }, async (site) => {
    const onOpening = (line: string) => complain(io, `tripline: ${line}`);
    const result = await perform(site, operation, { input, during: { signal: io.signal }, onOpening });
    if (!result.ok) return result;
    const said = done(result.value);
    if (typeof said === "string") say(io, said);
    else printResult(io, globals, said);
    return ok(EXIT.done);
  });
}

export async function onSite(
  { globals, ...reader }: Reader & { readonly globals: GlobalOptions },
  work: (site: Omit<StateWork, "store">) => Promise<Result<number, OperationFailure>>,
): Promise<number> {
  const { io, runtime } = reader;
  const loaded = configFor(reader, globals);
  if (!loaded.ok) {
    complain(io, loaded.error.text);
    return loaded.error.exit;
  }
  const directory = stateDirectory(loaded.value, globals.state ?? null, io.cwd);
  const result = await work({ runtime, loaded: loaded.value, stateDirectory: directory });
  if (result.ok) return result.value;
  complain(io, failureText(result.error));
  return result.error.exit;
}

/** One id or name, for commands with a required argument. */
export function usage(io: CommandIo, text: string): number {
  complain(io, `tripline: ${text}`);
  return EXIT.usage;
}
