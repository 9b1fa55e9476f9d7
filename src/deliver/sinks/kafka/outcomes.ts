import type { Outcome, OutboxRow, SendResult } from "../../../domain/ports/sink.ts";
import { classifyKafkaCode, classifyKafkaError, codeOf, type KafkaVerdict } from "./classify.ts";

/** One send, when it is over. */
export interface Sent {
  /** Of a row that was part of it: the brokers' error code, 0: stored; null: nobody has said anything. */
  readonly codeOf: (row: OutboxRow) => number | null;
  /** What the client threw; null when it takes the send for good. */
  readonly error: unknown;
}

type Verdict = Outcome | Exclude<KafkaVerdict, { kind: "retry" }>;
type Open = Exclude<Verdict, { kind: "delivered" | "rejected" }>;

/** A row is delivered when the answer of a broker names its partition without error, and by nothing else. */
export function verdictOf(row: OutboxRow, { codeOf: codeOfRow, error }: Sent): Verdict {
  const code = codeOfRow(row);
  if (code === 0) return { kind: "delivered" };
  // The client's words are better than ours, if they are about the same thing.
  if (code !== null && code !== codeOf(error)) return classifyKafkaCode(code);
  return error === null ? UNACKNOWLEDGED : classifyKafkaError(error);
}

const UNACKNOWLEDGED: Outcome = {
  kind: "retry",
  reason: { slug: "unacknowledged", text: "no broker has acknowledged the event's partition; it is sent again" },
};

/**
 * What is settled stays settled: rows that need halving, or somebody who acts, come again when they are alone. Only a
 * send that settled nothing can be answered as a whole.
 */
export function resultOf(verdicts: readonly Verdict[]): SendResult {
  const open = verdicts.filter((verdict): verdict is Open => !isSettled(verdict));
  if (open.length === verdicts.length) {
    if (open.some((verdict) => verdict.kind === "too-large")) return { kind: "too-large" };
    const [first] = open;
    if (first?.kind === "stop" && open.every((verdict) => verdict.kind === "stop")) return first;
  }
  return { kind: "settled", outcomes: verdicts.map(asOutcome) };
}

function isSettled(verdict: Verdict): boolean {
  return verdict.kind === "delivered" || verdict.kind === "rejected";
}

function asOutcome(verdict: Verdict): Outcome {
  if (verdict.kind === "stop") return { kind: "retry", reason: verdict.reason };
  return verdict.kind === "too-large" ? { kind: "retry", reason: LARGE } : verdict;
}

const LARGE = { slug: "too-large", text: "a broker refuses a batch of this size for one partition" };
