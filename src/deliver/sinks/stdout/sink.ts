import { once } from "node:events";
import type { Writable } from "node:stream";
import type { OutboxRow, SendResult, Sink } from "../../../domain/ports/sink.ts";

/** One event per line on a stream, honouring its back-pressure. "Delivered" means the pipe took it, no more. */
export function createStdoutSink(stream: Writable, name = "stdout"): Sink {
  let broken: string | null = null;
  stream.on("error", (error: NodeJS.ErrnoException) => {
    broken = error.code ?? error.message;
  });
  return {
    name,
    kind: "stdout",
    limits: { maxRows: 500, maxBytes: 5 * 1024 ** 2, sendTimeoutMs: 60_000 },
    check: () =>
      Promise.resolve([
        {
          name: "stdout",
          ok: broken === null,
          detail: broken ?? "open",
          fix: broken === null ? null : "start the agent with a reader on its standard output",
        },
      ]),
    send: async (batch, signal) => {
      if (broken !== null) return stopped(broken);
      await write(stream, batch, signal);
      return broken === null
        ? { kind: "settled", outcomes: batch.map(() => ({ kind: "delivered" as const })) }
        : stopped(broken);
    },
    close: () => Promise.resolve(),
  };
}

/** Resolves when the stream has taken the bytes, or has failed; the error itself arrives by its event. */
async function write(stream: Writable, batch: readonly OutboxRow[], signal: AbortSignal): Promise<void> {
  const text = batch.map((row) => `${row.body}\n`).join("");
  await new Promise<void>((resolve) => {
    const taken = stream.write(text, () => resolve());
    if (!taken)
      once(stream, "drain", { signal }).then(
        () => resolve(),
        () => resolve(),
      );
  });
}

function stopped(code: string): SendResult {
  const text = `standard output is closed (${code}); start the agent with a reader on it`;
  return { kind: "stop", reason: { slug: "closed", text } };
}
