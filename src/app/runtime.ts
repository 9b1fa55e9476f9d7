import { readFileSync } from "node:fs";
import { processEnvironment } from "../config/environment.ts";
import { type ConfigFormat, configFormat } from "../config/format.ts";
import type { LoadedConfig } from "../config/load.ts";
import { packagePath } from "../config/package-root.ts";
import type { DeclarationReader } from "../declared/model/reader.ts";
import { READERS } from "../declared/readers/registry.ts";
import type { SinkDefinition } from "../deliver/definition.ts";
import { type ConfiguredSink, createSinks } from "../deliver/outputs.ts";
import { createRelay, type Relay } from "../deliver/relay/relay.ts";
import type { RelayOptions } from "../deliver/relay/state.ts";
import { SINKS } from "../deliver/sinks/registry.ts";
import type { Clock } from "../domain/ports/clock.ts";
import type { DeclaredReader } from "../domain/ports/declared-reader.ts";
import { randomShare, randomToken, timeOrderedId } from "../lib/ids.ts";
import type { Result } from "../lib/result.ts";
import { monotonicClock, wallClock } from "../lib/time.ts";
import { parseScoringRules, type ScoringRules } from "../score/weigh/rules.ts";
import { type LockHolder, lockHolder } from "../store/lock.ts";
import { openStore, type OpenedStore } from "../store/open.ts";
import type { StoreRefusal } from "../store/refusal.ts";
import { createTelemetry, type Telemetry } from "../telemetry/happenings.ts";
import { createLogger, type LoggerOptions, silentLogger } from "../telemetry/logger.ts";
import { createMetrics } from "../telemetry/metrics.ts";
import { declaredReader } from "./declared-reader.ts";
import type { OperationFailure } from "./failure.ts";
import { type LiveParts, type LiveScanner, prepareLive } from "./live.ts";
import { setupTargets } from "./setup/registry.ts";
import type { SetupTarget } from "./setup/target.ts";

/** A store that was opened, with all its repositories. */
export type OpenState = OpenedStore;

/** `agent`: for writing, by the daemon; a command that ends by itself takes `write`. */
export type StateAccess = "read" | "write" | "agent";

/** Random values. */
export interface Ids {
  /** One that sorts by age. */
  next(): string;
  /** One that nobody can guess: 32 hexadecimal digits. */
  token(): string;
}

/** Made once at the edge of the process and handed down; nothing else constructs a clock, a store, an output, a scanner. */
export interface Runtime {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly telemetry: Telemetry;
  /** Name of this machine as its environment gives it; null: it gives none. */
  readonly hostname: string | null;
  /** The directory that a service manager made for this process, as its environment gives it; null: it gives none. */
  readonly runtimeDirectory: string | null;
  /** Asks for the addresses of a host name; absent: the resolver of the system. */
  readonly ask: LiveParts["ask"];
  /** What may be written in a configuration: with every kind of output and every tool below. */
  readonly configFormat: ConfigFormat;
  /** Every kind of output there is. */
  readonly outputKinds: readonly SinkDefinition[];
  /** Every word after `tripline setup`. */
  readonly setupTargets: readonly SetupTarget[];
  /** Every tool whose declarations are understood. */
  readonly readers: readonly DeclarationReader[];
  /** The scoring rules that ship with the program. Throws when the file is damaged: that is a broken installation. */
  rules(): ScoringRules;
  /** Opens the state in a directory; `maxSizeBytes` limits the database file. */
  openState(directory: string, access: StateAccess, maxSizeBytes?: number): Result<OpenState, StoreRefusal>;
  /** Who holds the state for writing, the agent or a command; null when nobody does. */
  stateHolder(directory: string): LockHolder | null;
  /** The configured outputs; without any, a file in the state directory. */
  sinks(loaded: LoadedConfig | null, stateDirectory: string): readonly ConfiguredSink[];
  relay(parts: Pick<RelayOptions, "outbox" | "sink" | "onHealth">): Relay;
  /** Reads the declarations of a configuration at the time of `clock`; null when nothing is declared at all. */
  declared(loaded: LoadedConfig | null, clock: Clock): DeclaredReader | null;
  /** nmap with the ports and rights of a configuration. */
  live(loaded: LoadedConfig, stateDirectory: string): Result<LiveScanner, OperationFailure>;
}

export interface RuntimeOptions {
  /** Where log lines go; absent: nowhere, because a command that ends by itself says everything in its result. */
  readonly log?: LoggerOptions;
  /** Default: the resolver of the system. */
  readonly ask?: LiveParts["ask"];
  /** Default: the clock of the machine. */
  readonly clock?: Clock;
  /** Default: random ones. */
  readonly ids?: Ids;
  /** Default: the kinds that ship with the program. */
  readonly outputKinds?: readonly SinkDefinition[];
  /** Default: those that ship with the program. */
  readonly readers?: readonly DeclarationReader[];
}

/** Touches nothing: what is read or opened is read or opened when it is asked for. */
export function createRuntime(options: RuntimeOptions = {}): Runtime {
  const { log, ask, clock = SYSTEM_CLOCK, outputKinds = SINKS, readers = READERS } = options;
  const telemetry = createTelemetry(log === undefined ? silentLogger() : createLogger(log), createMetrics());
  const ids: Ids = options.ids ?? { next: () => timeOrderedId(clock.now()), token: randomToken };
  return {
    clock,
    ids,
    telemetry,
    hostname: processEnvironment()["HOSTNAME"] ?? null,
    // systemd lists several with colons; the first one is the service's own.
    runtimeDirectory: processEnvironment()["RUNTIME_DIRECTORY"]?.split(":")[0] || null,
    ask,
    configFormat: configFormat({ outputs: outputKinds, readers }),
    outputKinds,
    setupTargets: setupTargets(outputKinds),
    readers,
    rules: shippedRules,
    openState: (directory, access, maxSizeBytes) => open({ directory, access, maxSizeBytes, clock, ids }),
    stateHolder: lockHolder,
    sinks: (loaded, stateDirectory) => createSinks({ loaded, stateDirectory, clock, sinks: outputKinds }),
    relay: (parts) => createRelay({ ...parts, clock, random: randomShare, telemetry }),
    declared: (loaded, at) => declaredReader(loaded, at, readers),
    live: (loaded, stateDirectory) => prepareLive({ loaded, stateDirectory, clock, ask }),
  };
}

const SYSTEM_CLOCK: Clock = { now: wallClock, monotonic: monotonicClock };

function shippedRules(): ScoringRules {
  const path = packagePath("rules", "scoring", "default.yaml");
  const rules = parseScoringRules(readFileSync(path, "utf8"), path);
  if (!rules.ok) throw new Error(`the scoring rules are damaged; mend the file or reinstall Tripline:\n${rules.error}`);
  return rules.value;
}

interface Opening extends Pick<Runtime, "clock" | "ids"> {
  readonly directory: string;
  readonly access: StateAccess;
  readonly maxSizeBytes: number | undefined;
}

function open({ directory, access, maxSizeBytes, clock, ids }: Opening): Result<OpenState, StoreRefusal> {
  return openStore({
    directory,
    access: access === "read" ? "read" : "write",
    role: access === "agent" ? "agent" : "command",
    now: clock.now(),
    newId: () => ids.next(),
    pid: process.pid,
    ...(maxSizeBytes === undefined ? {} : { maxSizeBytes }),
  });
}
