import type { Writable } from "node:stream";
import type { Outcome, OutboxRow, SendResult, Sink } from "../../../domain/ports/sink.ts";
import { checkStdout } from "./check.ts";

/** One event per line on a stream, honouring its back-pressure. "Delivered" means the pipe took it, no more. */
export function createStdoutSink(stream: Writable, name = "stdout"): Sink {
  let broken: string | null = null;
  const fail = (error: NodeJS.ErrnoException) => {
    broken = error.code ?? error.message;
  };
  stream.on("error", fail);
  return {
    name,
    kind: "stdout",
    limits: { maxRows: 500, maxBytes: 5 * 1024 ** 2, sendTimeoutMs: 60_000 },
    check: () => Promise.resolve(checkStdout(broken)),
    send: async (batch, signal) => {
      if (broken !== null) return stopped(broken);
      const end = await write(stream, batch, signal);
      if (end.kind === "failed") fail(end.error);
      if (broken !== null) return stopped(broken);
      return { kind: "settled", outcomes: batch.map(() => (end.kind === "taken" ? DELIVERED : UNKNOWN)) };
    },
    close: () => {
      // The stream outlives the sink: outputs are recreated when the configuration is read again.
      stream.off("error", fail);
      return Promise.resolve();
    },
  };
}

const DELIVERED: Outcome = { kind: "delivered" };
const UNKNOWN: Outcome = {
  kind: "retry",
  reason: { slug: "slow-reader", text: "the reader of standard output does not read what is written" },
};

type Written =
  | { readonly kind: "taken" | "waits" }
  | { readonly kind: "failed"; readonly error: NodeJS.ErrnoException };

/**
 * The stream's own word on these bytes, by callback or `error` event; without it they are not delivered. Nothing is added while earlier bytes still wait, or every retry would take more memory.
 */
async function write(stream: Writable, batch: readonly OutboxRow[], signal: AbortSignal): Promise<Written> {
  const { promise, resolve } = Promise.withResolvers<Written>();
  const give = () => resolve({ kind: "waits" });
  const text = batch.map((row) => `${row.body}\n`).join("");
  const begin = () => stream.write(text, (error) => resolve(error ? { kind: "failed", error } : { kind: "taken" }));
  const fail = (error: NodeJS.ErrnoException) => resolve({ kind: "failed", error });
  if (signal.aborted) return { kind: "waits" };
  signal.addEventListener("abort", give, { once: true });
  stream.once("error", fail);
  if (stream.writableNeedDrain) stream.once("drain", begin);
  else begin();
  const end = await promise;
  signal.removeEventListener("abort", give);
  stream.off("error", fail);
  stream.off("drain", begin);
  return end;
}

function stopped(code: string): SendResult {
  const text = `standard output is closed (${code}); start the agent with a reader on it`;
  return { kind: "stop", reason: { slug: "closed", text } };
}
