import { realpathSync } from "node:fs";
import { didYouMean } from "../../config/suggest.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import { removeHint, writeHint } from "../control/hint.ts";
import { placeFor } from "../control/place.ts";
import type { ControlRequest } from "../control/protocol.ts";
import { broke, otherState, refusedInput, unknownOperation } from "../control/refusals.ts";
import { type ControlServer, type Handled, startControl } from "../control/server.ts";
import { type OperationFailure, storeFailure } from "../failure.ts";
import type { Asker } from "../operations/operation.ts";
import { CHANGES } from "../operations/registry.ts";
import { keysOf } from "../../domain/kinds/keys-of.ts";
import type { Telemetry } from "../../telemetry/happenings.ts";
import { AGENT_OPERATIONS, type AgentDesk } from "./operations.ts";
import { type AgentParts, deskOf } from "./parts.ts";

/** Everything that a running agent does for others, by name. */
const OPERATIONS = { ...CHANGES, ...AGENT_OPERATIONS };

export interface ControlOptions extends Pick<AgentDesk, "scanSoon" | "reload" | "alone"> {
  readonly signal: AbortSignal;
  /** Resolves when the agent has its outputs and its first cycle: before that nobody comes in between. */
  readonly begun: Promise<void>;
}

export interface Control {
  /** Null: there is none, the log says why. */
  readonly socket: string | null;
  close(): Promise<void>;
}

/** Listens for requests. An agent whose socket cannot be opened works without it: it must go on watching. */
export async function openControl(parts: AgentParts, options: ControlOptions): Promise<Control> {
  const { runtime, stateDirectory } = parts.options;
  const opened = await listen(parts, options);
  const reason = opened.ok ? null : `${opened.error.what} (${opened.error.code})`;
  const socket = opened.ok ? opened.value.path : null;
  if (!opened.ok) {
    const { what, fix, code } = opened.error;
    runtime.telemetry.happened("control-missing", { fields: { reason: what, fix, code } });
  }
  writeHint(stateDirectory, { pid: process.pid, socket, reason });
  const server: ControlServer = opened.ok ? opened.value.server : { close: () => Promise.resolve() };
  // From the signal on nothing new begins; what runs has a moment.
  options.signal.addEventListener("abort", () => void server.close(), { once: true });
  return {
    socket,
    close: async () => {
      await server.close();
      removeHint(stateDirectory);
    },
  };
}

async function listen(
  parts: AgentParts,
  options: ControlOptions,
): Promise<Result<{ readonly path: string; readonly server: ControlServer }, OperationFailure>> {
  const { runtime, stateDirectory, after } = parts.options;
  const place = placeFor(runtime.runtimeDirectory, stateDirectory);
  if (!place.ok) return place;
  const server = await startControl({
    place: place.value,
    nonce: () => runtime.ids.token(),
    handle: (request, asker) => handle(parts, options, { request, asker }),
    handled: (what) => tellHandled(runtime.telemetry, what),
    ...(after === undefined ? {} : { after }),
  });
  return server.ok ? ok({ path: place.value.path, server: server.value }) : server;
}

interface Asked {
  readonly request: ControlRequest;
  readonly asker: Asker;
}

/** Whatever goes wrong with one request is the answer to it: the agent must go on watching. */
async function handle(
  parts: AgentParts,
  options: ControlOptions,
  asked: Asked,
): Promise<Result<unknown, OperationFailure>> {
  try {
    return await perform(parts, options, asked);
  } catch (error) {
    return err(storeFailure(error) ?? broke(error instanceof Error ? error.message : String(error)));
  }
}

async function perform(
  parts: AgentParts,
  { signal, begun, scanSoon, reload, alone }: ControlOptions,
  { request, asker }: Asked,
): Promise<Result<unknown, OperationFailure>> {
  const own = realpathSync(parts.options.stateDirectory);
  if (request.state !== own) return err(otherState(request.state, own));
  const name = known(request.operation);
  if (name === null) return err(noSuchOperation(request.operation));
  await begun;
  const desk: AgentDesk = { ...deskOf(parts), asker, scanSoon, reload, alone };
  const done = await OPERATIONS[name].call(desk, request.input, { signal });
  parts.relaying.wake();
  if (done.ok) return done;
  return err("problems" in done.error ? refusedInput(name, done.error.problems) : done.error);
}

function known(name: string): keyof typeof OPERATIONS | null {
  return NAMES.find((one) => one === name) ?? null;
}

const NAMES = keysOf(OPERATIONS);

function noSuchOperation(name: string): OperationFailure {
  return unknownOperation(name, didYouMean(name, NAMES), NAMES);
}

/** One line and one count for each request, whatever became of it. */
function tellHandled(telemetry: Telemetry, { operation: asked, asker, result }: Handled): void {
  const operation = known(asked ?? "") ?? "none";
  const labels = { operation, outcome: result.ok ? "done" : "refused" };
  const who = asker === null ? { operation } : { operation, uid: asker.uid };
  if (result.ok) return telemetry.happened("control-done", { fields: who, labels });
  const { code, what: reason } = result.error;
  telemetry.happened("control-refused", { fields: { ...who, reason, code }, labels });
}
