import type { HealthNotice } from "../../domain/event.ts";
import type { Clock } from "../../domain/ports/clock.ts";
import type { Outbox, SinkState } from "../../domain/ports/outbox.ts";
import type { Sink, SinkReason } from "../../domain/ports/sink.ts";
import type { Telemetry } from "../../telemetry/happenings.ts";
import type { Batch } from "./batch.ts";

export interface RelayOptions {
  readonly outbox: Outbox;
  readonly sink: Sink;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly telemetry: Telemetry;
  /** Health of this sink, to be delivered by the other sinks. */
  readonly onHealth: (notice: HealthNotice) => void;
}

/** What one loop remembers between its steps. Only the cursor is durable: after a crash all of this starts again. */
export interface RelayState {
  batch: Batch | null;
  /** Rows of the next try: one after a start or an outage, then doubling. */
  window: number;
  /** The sink answers but some row keeps failing: rows behind it are tried together with it. */
  widen: boolean;
  /** What passed after something larger was refused, in bytes, and until when that is believed (monotonic ms). */
  passed: { readonly bytes: number; readonly until: number } | null;
  attempt: number;
  sinkState: SinkState;
  /** As the store has it, perhaps from an earlier process. */
  storedState: SinkState;
  reason: SinkReason | null;
  /** The other sinks have the event that this one is down. */
  toldDown: boolean;
  readonly told: Map<string, Telling>;
  delivered: number;
  dead: number;
  /** What was refused for good by this process, by the slug of its reason. */
  readonly refused: Map<string, Refused>;
  woken: AbortController;
}

/** Events that are dead letters for one reason; the text is that of the first. */
export interface Refused {
  readonly reason: SinkReason;
  readonly events: number;
}

export interface Telling {
  /** Monotonic ms. */
  readonly at: number;
  /** Events of the same kind since then that were not reported. */
  readonly untold: number;
}

/** Everything a step works on. */
export interface RelayWork {
  readonly options: RelayOptions;
  readonly state: RelayState;
}

export type Step =
  | { readonly kind: "progress" }
  | { readonly kind: "idle" }
  | { readonly kind: "wait"; readonly ms: number };

export function newState(): RelayState {
  return {
    batch: null,
    window: 1,
    widen: false,
    passed: null,
    attempt: 0,
    sinkState: "running",
    storedState: "running",
    reason: null,
    toldDown: false,
    told: new Map(),
    delivered: 0,
    dead: 0,
    refused: new Map(),
    woken: new AbortController(),
  };
}
