import type { HealthNotice } from "../../domain/event.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import { singleFlight } from "../../schedule/single-flight.ts";
import { type Control, openControl } from "./control.ts";
import type { Reloaded } from "./operations.ts";
import { aloneOf, cycleOf, scanSoonOf } from "./ticking.ts";
import { type HealthServer, watchHealth } from "./watch-health.ts";
import { createRelaying } from "./relaying.ts";
import type { AgentOptions } from "./options.ts";
import { reloadInto } from "./reload.ts";
import { portsPeriod, startSchedule } from "./schedule.ts";
import type { AgentParts } from "./parts.ts";
import type { OperationFailure } from "../failure.ts";
import type { Asker, Desk } from "../operations/operation.ts";
import { tellSetup } from "./telling-setup.ts";
import { recordNotices } from "../operations/tell.ts";

/** The daemon while it runs. */
export interface Agent {
  readonly healthUrl: string | null;
  /** Where commands ask it; null: nowhere, and the log says why. */
  readonly controlSocket: string | null;
  /** Reads the configuration again: a good one is in effect from the next cycle, a bad one changes nothing. Null: it stops. */
  reload(): Promise<Reloaded | null>;
  /** Resolves when the agent has stopped after the signal (or after the one cycle). */
  readonly stopped: Promise<AgentEnd>;
}

/** The outcome of everything that this agent did. */
export interface AgentEnd {
  /** Some cycle was not complete, or its vantage was degraded. */
  readonly incomplete: boolean;
  /** Some output does not have everything, or refused events for good. */
  readonly undelivered: boolean;
}

/** Starts in the order of dependence; what cannot start refuses with a code and leaves nothing behind. */
export async function startAgent(options: AgentOptions, signal: AbortSignal): Promise<Result<Agent, OperationFailure>> {
  const created = createAgent(options);
  if (!created.ok) return created;
  const parts = created.value;
  const health = await listen(parts);
  if (!health.ok) {
    parts.store.close();
    return health;
  }
  const reload = reloading(parts, signal);
  const begun = Promise.withResolvers<void>();
  const scanSoon = scanSoonOf(parts, signal);
  const ask = ({ asker }: Desk) => (options.once ? Promise.resolve(null) : reload(asker));
  const alone = aloneOf(parts, signal);
  const control = await openControl(parts, { signal, begun: begun.promise, scanSoon, reload: ask, alone });
  const stopped = life(parts, { health: health.value, control, begun: begun.resolve }, signal);
  const { socket: controlSocket } = control;
  return ok({ healthUrl: health.value?.url ?? null, controlSocket, reload: () => reload(), stopped });
}

/** One after the other, or an older reading could come into effect after a newer one. */
function reloading(parts: AgentParts, signal: AbortSignal): (asker?: Asker) => Promise<Reloaded | null> {
  let last: Promise<Reloaded | null> = Promise.resolve(null);
  return (asker) => (last = last.then(() => reloadInto(parts, { signal, asker })));
}

/** What others reach this agent by. */
interface Faces {
  readonly health: HealthServer | null;
  readonly control: Control;
  /** Called when its outputs run and its first cycle has begun. */
  readonly begun: () => void;
}

function createAgent(options: AgentOptions): Result<AgentParts, OperationFailure> {
  const { runtime, loaded, stateDirectory } = options;
  const opened = runtime.openState(stateDirectory, "agent", loaded.config.store.max_size);
  if (!opened.ok) return err(opened.error);
  const store = opened.value;
  const live = runtime.live(loaded, stateDirectory);
  if (!live.ok) {
    store.close();
    return live;
  }
  const setup = { loaded, live: live.value };
  const relaying = createRelaying({ runtime, stateDirectory, store, tell: (notice) => void tell(parts, [notice]) });
  const parts: AgentParts = {
    options,
    store,
    setup,
    relaying,
    flight: singleFlight(),
    schedule: null,
    rejected: null,
    incomplete: false,
    asked: new Map(),
  };
  return ok(parts);
}

function tell({ store, setup, options }: AgentParts, notices: readonly HealthNotice[]): Promise<void> {
  return recordNotices({ runtime: options.runtime, loaded: setup.loaded, store }, notices);
}

async function listen(parts: AgentParts): Promise<Result<HealthServer | null, OperationFailure>> {
  const { options, store } = parts;
  if (options.serve === null) return ok(null);
  const { listen: address } = options.loaded.config.web;
  const source = watchHealth({
    store,
    telemetry: options.runtime.telemetry,
    note: () => parts.rejected,
    now: () => options.runtime.clock.now(),
  });
  try {
    return ok(await options.serve(source, address));
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    return err({
      code: "TL501",
      exit: 78,
      what: `health and metrics cannot be served on ${address} (${code})`,
      effect: "The agent was not started.",
      fix: "Free the address, choose another web.listen, or start with --no-web.",
    });
  }
}

/** Works, and closes whatever happens. */
async function life(parts: AgentParts, { health, control, begun }: Faces, signal: AbortSignal): Promise<AgentEnd> {
  let delivered = false;
  try {
    await work(parts, begun, signal);
  } finally {
    await control.close();
    await health?.close();
    delivered = await parts.relaying.stop(parts.options.once ? signal : null);
    parts.store.close();
  }
  return { incomplete: parts.incomplete, undelivered: !delivered };
}

/** Runs until the signal: relays at their own pace, cycles one at a time. */
async function work(parts: AgentParts, begun: () => void, signal: AbortSignal): Promise<void> {
  // Outputs first: one that is new to the store begins with the events that come after it.
  await parts.relaying.start(parts.setup.loaded);
  tellSetup(parts.options.runtime.telemetry, parts.setup.loaded);
  await tell(parts, openingNotices(parts));
  await cycles(parts, begun, signal);
  await tell(parts, [notice("agent-stopped", "Agent stopped.")]);
}

function openingNotices({ store, options }: AgentParts): readonly HealthNotice[] {
  const { interrupted, warnings } = store;
  for (const warning of warnings) options.runtime.telemetry.happened("state-warning", { fields: { warning } });
  if (interrupted.length > 0)
    options.runtime.telemetry.happened("scan-unfinished", { fields: { cycles: interrupted.length } });
  return [...store.notices, notice("agent-started", "Agent started.")];
}

function notice(kind: "agent-started" | "agent-stopped", message: string): HealthNotice {
  return { kind, subject: null, message, reason: null, code: null, outcome: "success" };
}

/** A first cycle at once: a new or restarted agent should not wait for its next tick. */
async function cycles(parts: AgentParts, begun: () => void, signal: AbortSignal): Promise<void> {
  const tick = cycleOf(parts, signal);
  tick("ports", { resumeWithinMs: portsPeriod(parts.setup.loaded) });
  begun();
  if (!parts.options.once) {
    parts.schedule = startSchedule(parts.setup.loaded, parts.options.runtime.clock, tick);
    await aborted(signal);
    parts.schedule.stop();
  }
  await parts.flight.settled();
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
