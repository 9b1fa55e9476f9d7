import type { OutboxRow, SinkReason } from "./sink.ts";

export type SinkState = "running" | "backing-off" | "stopped" | "disabled";

/** What the store remembers of one sink. The cursor is contiguous: every row at or below `ackedSeq` is settled. */
export interface SinkCursor {
  readonly name: string;
  readonly kind: string;
  readonly ackedSeq: number;
  readonly state: SinkState;
  readonly reason: string | null;
  readonly attempt: number;
  readonly lastOkAt: number | null;
  readonly lastError: string | null;
}

export interface DeadLetter {
  readonly sink: string;
  readonly eventId: string;
  readonly seq: number;
  readonly family: string;
  readonly key: string;
  readonly body: string;
  readonly reason: SinkReason;
  readonly attempts: number;
  readonly at: number;
}

/** What one settled batch changes, in one transaction: dead letters first, then the cursor. */
export interface RelayCommit {
  readonly sink: string;
  readonly ackedSeq: number;
  readonly dead: readonly DeadLetter[];
  readonly at: number;
}

export interface OutboxStatus {
  readonly rows: number;
  readonly lastSeq: number;
  readonly oldestAt: number | null;
  readonly sinks: readonly (SinkCursor & { readonly pending: number; readonly deadLetters: number })[];
}

/** The durable queue, as the relay and the outbox commands see it. */
export interface Outbox {
  /** A new sink starts at the newest row, or at the oldest with `backfill`; a known one keeps its cursor. */
  registerSink(sink: { readonly name: string; readonly kind: string; readonly backfill: boolean }): Promise<void>;
  cursor(sink: string): Promise<SinkCursor | null>;
  /** Rows after `afterSeq`, oldest first, within both limits (at least one row when there is any). */
  readAfter(
    afterSeq: number,
    limits: { readonly maxRows: number; readonly maxBytes: number },
  ): Promise<readonly OutboxRow[]>;
  /** Rejects with an error that {@link isDeadLettersFull} knows when the sink's dead letters have no room. */
  commitRelay(commit: RelayCommit): Promise<void>;
  setSinkState(
    sink: string,
    state: { readonly state: SinkState; readonly reason: string | null; readonly attempt: number; readonly at: number },
  ): Promise<void>;
  deadLetters(sink: string | null): Promise<readonly DeadLetter[]>;
  status(): Promise<OutboxStatus>;
  /**
   * Deletes rows that every enabled sink has settled and that are older than `olderThan` (UTC ms), observations those older
   * than `inventoryOlderThan` (default: the same); returns how many.
   */
  prune(olderThan: number, inventoryOlderThan?: number): Promise<number>;
}

/** A sink holds at most 10,000 dead letters or 64 MiB; past that nothing is committed and the sink must stop. */
export function isDeadLettersFull(error: unknown): boolean {
  return error instanceof Error && "kind" in error && error.kind === "dead-letters-full";
}
