import type { Sink, SinkReason } from "../../domain/ports/sink.ts";
import { sleep } from "../../lib/time.ts";
import { newState, type RelayOptions, type RelayWork, type Step } from "./state.ts";
import { advance } from "./step.ts";

export interface DrainResult {
  readonly state: "empty" | "stopped" | "timeout";
  readonly delivered: number;
  readonly dead: number;
  readonly reason: SinkReason | null;
}

export interface Relay {
  readonly sink: Sink;
  /** Sends until the outbox is empty for this sink, the sink stops, or the time is over. */
  drain(signal: AbortSignal): Promise<DrainResult>;
  /** For ever, until the signal; wakes up when told or after a while. */
  run(signal: AbortSignal): Promise<void>;
  /** New rows were committed. */
  wake(): void;
}

/** A row that was committed without a word waits at most this long. */
const IDLE_POLL_MS = 1_000;
/** The store refused a read or a commit: nothing is lost, and it is asked again. */
const STORE_PAUSE_MS = 5_000;

/**
 * One loop per sink: read, send, settle the whole batch, move the contiguous cursor. A broken sink never holds another.
 * Nothing is lost: a row leaves only as delivered or into the dead letters.
 */
export function createRelay(options: RelayOptions): Relay {
  const work: RelayWork = { options, state: newState() };
  return {
    sink: options.sink,
    drain: (signal) => drain(work, signal),
    run: (signal) => run(work, signal),
    wake: () => work.state.woken.abort(),
  };
}

async function drain(work: RelayWork, signal: AbortSignal): Promise<DrainResult> {
  const { state } = work;
  while (!signal.aborted) {
    const step = await advance(work, signal);
    if (step.kind === "idle") return drained(work, "empty");
    if (state.sinkState === "stopped") return drained(work, "stopped");
    if (step.kind === "wait") await sleep(step.ms, signal);
  }
  return drained(work, "timeout");
}

function drained({ state }: RelayWork, end: DrainResult["state"]): DrainResult {
  return { state: end, delivered: state.delivered, dead: state.dead, reason: state.reason };
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
    work.options.telemetry.happened({
      level: "error",
      message: "the store refused the relay; no event is lost",
      fields,
    });
    return { kind: "wait", ms: STORE_PAUSE_MS };
  }
}
