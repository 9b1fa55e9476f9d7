import type { OutboxRow } from "../../domain/ports/sink.ts";
import { appendRows, newBatch, pendingRows } from "./batch.ts";
import { deadlineFor } from "./deadline.ts";
import { sendRows } from "./send.ts";
import { remember, settle, stop, untilNextCheck } from "./settle.ts";
import type { RelayWork, Step } from "./state.ts";

/** Longest a sink may take to say whether it is well again. */
const CHECK_TIMEOUT_MS = 30_000;

/** One step: a check of a stopped sink, or one try with the rows whose turn it is. */
export async function advance(work: RelayWork, signal: AbortSignal): Promise<Step> {
  const { options, state } = work;
  if (state.sinkState === "stopped" && !(await answersAgain(work, signal))) return untilNextCheck(options);
  const rows = await nextRows(work);
  if (rows === null) return { kind: "idle" };
  const tried = await sendRows(options.sink, rows, signal);
  if (tried.kind === "stop") return stop(work, tried.reason);
  // Our own end is not a fault of the sink: its state in the store stays what it was.
  if (signal.aborted && tried.outcomes.every((outcome) => outcome.kind === "retry")) return { kind: "wait", ms: 0 };
  return settle(work, rows, tried);
}

/** A stopped sink resumes only after a good check, never by dropping rows. */
async function answersAgain(work: RelayWork, signal: AbortSignal): Promise<boolean> {
  const limit = deadlineFor(signal, CHECK_TIMEOUT_MS);
  const late = limit.passed.then(() => false);
  const checked = work.options.sink.check(limit.signal).then(
    (checks) => checks.every((check) => check.ok),
    () => false,
  );
  const good = await Promise.race([checked, late]);
  limit.release();
  if (good) await remember(work, "running");
  return good;
}

/** What is to be sent now: the open rows of the batch at hand, or of a new one; null when there is nothing. */
async function nextRows(work: RelayWork): Promise<readonly OutboxRow[] | null> {
  const { options, state } = work;
  if (state.batch === null) await readBatch(work);
  else if (state.widen) await widenBatch(work);
  if (state.batch === null) return null;
  const limits = { maxRows: Math.min(state.window, options.sink.limits.maxRows), maxBytes: byteLimit(work) };
  return firstWithin(pendingRows(state.batch), limits);
}

async function readBatch(work: RelayWork): Promise<void> {
  const { options, state } = work;
  const cursor = await options.outbox.cursor(options.sink.name);
  if (cursor === null || cursor.state === "disabled") return;
  state.storedState = cursor.state;
  const rows = await readAfter(work, cursor.ackedSeq, state.window);
  if (rows.length > 0) state.batch = newBatch(rows);
}

/** A row that keeps failing may be rejected only when others are accepted meanwhile, so others must get their try. */
async function widenBatch(work: RelayWork): Promise<void> {
  const { options, state } = work;
  const { batch } = state;
  if (batch === null) return;
  const room = Math.min(options.sink.limits.maxRows - batch.rows.length, state.window - pendingRows(batch).length);
  if (room > 0) state.batch = appendRows(batch, await readAfter(work, batch.rows.at(-1)?.seq ?? 0, room));
}

function readAfter(work: RelayWork, seq: number, rows: number): Promise<readonly OutboxRow[]> {
  const { outbox, sink } = work.options;
  return outbox.readAfter(seq, { maxRows: Math.min(rows, sink.limits.maxRows), maxBytes: byteLimit(work) });
}

/** The sink's own limit, or for a while what passed when more was refused. */
function byteLimit({ options, state }: RelayWork): number {
  const { maxBytes } = options.sink.limits;
  if (state.passed === null || options.clock.monotonic() >= state.passed.until) return maxBytes;
  return Math.min(maxBytes, state.passed.bytes);
}

function firstWithin(
  rows: readonly OutboxRow[],
  limits: { readonly maxRows: number; readonly maxBytes: number },
): readonly OutboxRow[] {
  let bytes = 0;
  const end = rows.slice(0, limits.maxRows).findIndex((row, i) => {
    bytes += Buffer.byteLength(row.body, "utf8");
    return bytes > limits.maxBytes && i > 0;
  });
  return rows.slice(0, end === -1 ? limits.maxRows : end);
}
