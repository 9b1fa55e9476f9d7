import { createMemorySink } from "../../support/memory-sink.ts";
import type { Outcome, OutboxRow, SendResult, Sink } from "../../../src/domain/ports/sink.ts";

export type Answer = (rows: readonly OutboxRow[]) => SendResult;

/** The memory sink behind a script of answers; when the script is over everything is taken. */
export function scripted(answers: readonly Answer[]) {
  const left = [...answers];
  return answering((rows) => left.shift()?.(rows) ?? null);
}

/** The memory sink behind a rule; null: the rows are taken. `sends` has the numbers of each try. */
export function answering(rule: (rows: readonly OutboxRow[]) => SendResult | null) {
  const memory = createMemorySink();
  const sends: (readonly number[])[] = [];
  const sink: Sink = {
    ...memory,
    send: (rows, signal) => {
      sends.push(rows.map((row) => row.seq));
      const answer = rule(rows);
      return answer === null ? memory.send(rows, signal) : Promise.resolve(answer);
    },
  };
  const taken = () => memory.taken.map((row) => row.seq);
  return { sink, sends, taken };
}

/** One outcome for each row, by its number. */
export function each(rows: readonly OutboxRow[], outcome: (seq: number) => Outcome): SendResult {
  return { kind: "settled", outcomes: rows.map((row) => outcome(row.seq)) };
}

export const DELIVERED: Outcome = { kind: "delivered" };

export function retry(slug: string): Outcome {
  return { kind: "retry", reason: { slug, text: slug } };
}

export function rejected(slug: string): Outcome {
  return { kind: "rejected", reason: { slug, text: slug } };
}
