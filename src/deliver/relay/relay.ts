import type { Sink, SinkReason } from "../../domain/ports/sink.ts";
import { sleep } from "../../lib/time.ts";
import { newState, type Refused, type RelayOptions, type RelayWork, type Step } from "./state.ts";
import { advance } from "./step.ts";

export interface DrainResult {
  readonly state: "empty" | "stopped" | "timeout";
  readonly delivered: number;
  readonly dead: number;
  readonly reason: SinkReason | null;
  /** All that this relay has seen refused for good, in the order of its first event. */
  readonly refused: readonly Refused[];
}

export interface DrainLimits {
  /** Gives up after so long without an event that was taken or refused; a send under way keeps its own deadline. */
  readonly patienceMs?: number;
  /** How many events have left the outbox for this sink by now. */
  readonly onProgress?: (settled: number) => void;
}

export interface Relay {
  readonly sink: Sink;
  /** Sends until the outbox is empty for this sink, the sink stops, nothing moves any more, or the signal comes. */
  drain(signal: AbortSignal, limits?: DrainLimits): Promise<DrainResult>;
  /** Forever, until the signal; wakes up when told or after a while. */
  run(signal: AbortSignal): Promise<void>;
  /** New rows were committed. */
  wake(): void;
}

/** A row that was committed without a wake-up waits at most this long. */
const IDLE_POLL_MS = 1_000;
/** The store refused a read or a commit: nothing is lost, and it is tried again. */
const STORE_PAUSE_MS = 5_000;

/**
 * One loop per sink: read, send, settle the whole batch, move the contiguous cursor. A broken sink never holds another.
 * Nothing is lost: a row leaves only as delivered or into the dead letters.
 */
export function createRelay(options: RelayOptions): Relay {
  const work: RelayWork = { options, state: newState() };
  return {
    sink: options.sink,
    drain: (signal, limits = {}) => drain(work, signal, limits),
    run: (signal) => run(work, signal),
    wake: () => work.state.woken.abort(),
  };
}

async function drain(work: RelayWork, signal: AbortSignal, limits: DrainLimits): Promise<DrainResult> {
  const { state } = work;
  const left = patience(work, limits);
  while (!signal.aborted && left() > 0) {
    const step = await advance(work, signal);
    if (step.kind === "idle") return drained(work, "empty");
    if (state.sinkState === "stopped") return drained(work, "stopped");
    if (step.kind === "wait") await sleep(Math.min(step.ms, Math.max(0, left())), signal);
  }
  return drained(work, "timeout");
}

/** How long to continue without progress, asked between two steps; every event that leaves the outbox restarts it. */
function patience({ options, state }: RelayWork, limits: DrainLimits): () => number {
  const { patienceMs = Number.POSITIVE_INFINITY, onProgress } = limits;
  let last = { settled: settledOf(state), at: options.clock.monotonic() };
  return () => {
    const settled = settledOf(state);
    if (settled !== last.settled) {
      last = { settled, at: options.clock.monotonic() };
      onProgress?.(state.delivered + state.dead);
    }
    return patienceMs - (options.clock.monotonic() - last.at);
  };
}

function settledOf({ delivered, dead, batch }: RelayWork["state"]): number {
  return delivered + dead + (batch?.settled.size ?? 0);
}

function drained({ state }: RelayWork, end: DrainResult["state"]): DrainResult {
  const { delivered, dead, reason, refused } = state;
  return { state: end, delivered, dead, reason, refused: [...refused.values()] };
}

async function run(work: RelayWork, signal: AbortSignal): Promise<void> {
  const { state } = work;
  signal.addEventListener("abort", () => state.woken.abort(), { once: true });
  while (!signal.aborted) {
    // Before the look at the outbox: a wake-up in between must not be lost.
    state.woken = new AbortController();
    const step = await advanceOrPause(work, signal);
    if (step.kind === "progress") continue;
    // Only an idle relay is woken by new rows: a back-off is kept whatever comes in.
    if (step.kind === "idle") await sleep(IDLE_POLL_MS, state.woken.signal);
    else await sleep(step.ms, signal);
  }
}

/** A store that is full or failing must not end the loop: what the batch brought so far is kept for the next commit. */
async function advanceOrPause(work: RelayWork, signal: AbortSignal): Promise<Step> {
  try {
    return await advance(work, signal);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const fields = { sink: work.options.sink.name, reason };
    work.options.telemetry.happened("relay-refused", { fields });
    return { kind: "wait", ms: STORE_PAUSE_MS };
  }
}
