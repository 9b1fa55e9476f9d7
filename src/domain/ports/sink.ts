import type { EventFamily } from "../event.ts";

/** One event as the relay hands it to a sink: `body` goes out byte for byte. */
export interface OutboxRow {
  readonly seq: number;
  readonly id: string;
  readonly family: EventFamily;
  readonly key: string;
  readonly namespace: string;
  readonly severity: string | null;
  readonly body: string;
  readonly digest: string;
  readonly createdAt: number;
}

/** Why a sink did not take something: a stable slug for machines, one sentence with the fix for people. */
export interface SinkReason {
  readonly slug: string;
  readonly text: string;
}

export type Outcome =
  | { readonly kind: "delivered"; readonly note?: "already-present" }
  | { readonly kind: "retry"; readonly afterMs?: number; readonly reason: SinkReason }
  | { readonly kind: "rejected"; readonly reason: SinkReason };

/** One answer per batch. Nothing in between: a batch whose fate is unknown is a retry of every row. */
export type SendResult =
  /** One outcome per row, in the same order. */
  | { readonly kind: "settled"; readonly outcomes: readonly Outcome[] }
  /** The relay bisects; a single row becomes rejected. */
  | { readonly kind: "too-large" }
  /** Nothing was delivered or rejected; the sink stops, the rows stay. */
  | { readonly kind: "stop"; readonly reason: SinkReason };

export interface SinkLimits {
  readonly maxRows: number;
  readonly maxBytes: number;
  /** Our own deadline for one send, ms. */
  readonly sendTimeoutMs: number;
}

export interface SinkCheck {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly fix: string | null;
  /** It takes events and yet somebody should act; absent: nothing is to be done. */
  readonly warning?: { readonly effect: string; readonly code: string };
}

export interface Sink {
  /** Of the output: its cursor, its metrics and its dead letters are found by it. */
  readonly name: string;
  /** What the output is made of: `kafka`, `file`. */
  readonly kind: string;
  readonly limits: SinkLimits;
  /** Steps of one chain, stopping at the first failure: dns → tcp → auth → write. */
  check(signal: AbortSignal): Promise<readonly SinkCheck[]>;
  send(batch: readonly OutboxRow[], signal: AbortSignal): Promise<SendResult>;
  close(deadlineMs: number): Promise<void>;
}
