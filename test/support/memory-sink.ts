import type { OutboxRow, Sink } from "../../src/domain/ports/sink.ts";

export interface MemorySink extends Sink {
  /** What was taken, oldest first. */
  readonly taken: readonly OutboxRow[];
}

/** Keeps what it is given: for tests and for programs that embed the agent. */
export function createMemorySink(name = "memory"): MemorySink {
  const taken: OutboxRow[] = [];
  return {
    name,
    kind: "memory",
    limits: { maxRows: 1_000, maxBytes: 64 * 1024 ** 2, sendTimeoutMs: 10_000 },
    taken,
    check: () => Promise.resolve([{ name: "memory", ok: true, detail: "always there", fix: null }]),
    send: (batch) => {
      taken.push(...batch);
      return Promise.resolve({ kind: "settled", outcomes: batch.map(() => ({ kind: "delivered" as const })) });
    },
    close: () => Promise.resolve(),
  };
}
