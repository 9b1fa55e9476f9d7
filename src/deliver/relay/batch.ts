import type { DeadLetter } from "../../domain/ports/outbox.ts";
import type { Outcome, OutboxRow, SinkReason } from "../../domain/ports/sink.ts";
import { shortDigest } from "../../lib/hash.ts";

/** Rows that were read together and are settled together; what is settled already is remembered, never sent again. */
export interface Batch {
  readonly rows: readonly OutboxRow[];
  readonly settled: ReadonlyMap<number, Settlement>;
  readonly attempts: ReadonlyMap<number, number>;
}

export type Settlement = { readonly kind: "delivered" } | { readonly kind: "dead"; readonly reason: SinkReason };

/** A row that fails with an unclear error goes after this many tries, if the sink took other rows meanwhile. */
const UNCLEAR_ATTEMPTS = 10;
/** Answers to a row that leave open whether the row or the server is at fault. */
const UNCLEAR = new Set(["server-error", "malformed", "connection-reset"]);

export function isUnclear(reason: SinkReason): boolean {
  return UNCLEAR.has(reason.slug);
}

export function newBatch(rows: readonly OutboxRow[]): Batch {
  return appendRows({ rows: [], settled: new Map(), attempts: new Map() }, rows);
}

/** SQLite keeps no page checksums: a body that no longer has its digest is set aside instead of being sent. */
export function appendRows(batch: Batch, rows: readonly OutboxRow[]): Batch {
  const bad = rows.filter((row) => shortDigest(row.body) !== row.digest);
  const reason = { slug: "body-corrupt", text: "the stored event no longer matches its digest; check the disk" };
  return applyOutcomes(
    { ...batch, rows: [...batch.rows, ...rows] },
    bad,
    bad.map((): Outcome => ({ kind: "rejected", reason })),
  );
}

export function pendingRows(batch: Batch): readonly OutboxRow[] {
  return batch.rows.filter((row) => !batch.settled.has(row.seq));
}

/** The sink took at least one row of the batch. */
export function tookSome(batch: Batch): boolean {
  return [...batch.settled.values()].some((end) => end.kind === "delivered");
}

/** The batch after one answer: `outcomes` belong to `rows`, one each, in order. */
export function applyOutcomes(batch: Batch, rows: readonly OutboxRow[], outcomes: readonly Outcome[]): Batch {
  const settled = new Map(batch.settled);
  const attempts = new Map(batch.attempts);
  const accepts = outcomes.some((o) => o.kind === "delivered") || tookSome(batch);
  rows.forEach((row, i) => {
    const outcome = outcomes[i];
    if (outcome === undefined) return;
    const tries = (attempts.get(row.seq) ?? 0) + 1;
    attempts.set(row.seq, tries);
    const end = settlementOf(outcome, tries, accepts);
    if (end !== null) settled.set(row.seq, end);
  });
  return { rows: batch.rows, settled, attempts };
}

function settlementOf(outcome: Outcome, tries: number, accepts: boolean): Settlement | null {
  if (outcome.kind === "delivered") return { kind: "delivered" };
  if (outcome.kind === "rejected") return { kind: "dead", reason: outcome.reason };
  const hopeless = accepts && tries >= UNCLEAR_ATTEMPTS && isUnclear(outcome.reason);
  return hopeless ? { kind: "dead", reason: outcome.reason } : null;
}

export function deadLettersOf(batch: Batch, sink: string, at: number): readonly DeadLetter[] {
  return batch.rows.flatMap((row): DeadLetter[] => {
    const end = batch.settled.get(row.seq);
    if (end?.kind !== "dead") return [];
    const { seq, id: eventId, family, key, body } = row;
    return [{ sink, eventId, seq, family, key, body, reason: end.reason, attempts: batch.attempts.get(seq) ?? 0, at }];
  });
}
