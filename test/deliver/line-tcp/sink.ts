import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { createInterface } from "node:readline";
import type { Outcome, OutboxRow, SendResult, Sink, SinkReason } from "../../../src/domain/ports/sink.ts";

export interface LineSinkOptions {
  readonly name: string;
  readonly port: number;
  readonly token: string | null;
}

/** A connection per batch; an event is delivered when the collector has answered its line. */
export function createLineSink(options: LineSinkOptions): Sink {
  const { name, port } = options;
  return {
    name,
    kind: "line-tcp",
    limits: { maxRows: 500, maxBytes: 5 * 1024 ** 2, sendTimeoutMs: 10_000 },
    check: async (signal) => {
      const socket = await dial(port, signal);
      if (!(socket instanceof Error)) socket.destroy();
      const fix = `check outputs.${name}.port`;
      return socket instanceof Error
        ? [{ name: "connect", ok: false, detail: socket.message, fix }]
        : [{ name: "connect", ok: true, detail: `port ${port}`, fix: null }];
    },
    send: (batch, signal) => send(options, batch, signal),
    close: () => Promise.resolve(),
  };
}

async function send(
  { port, token }: LineSinkOptions,
  batch: readonly OutboxRow[],
  signal: AbortSignal,
): Promise<SendResult> {
  if (signal.aborted) return settled(batch, 0, { slug: "given-up", text: "the send was abandoned" });
  const socket = await dial(port, signal);
  // Clients like to tell what they were given.
  if (socket instanceof Error)
    return settled(batch, 0, { slug: "connect", text: `${socket.message} (token ${token ?? "none"})` });
  for (const row of batch) socket.write(`${row.body}\n`);
  socket.end();
  let answered = 0;
  for await (const _ of createInterface(socket)) answered++;
  return settled(batch, answered, { slug: "no-answer", text: "the collector hung up" });
}

function settled(batch: readonly OutboxRow[], answered: number, reason: SinkReason): SendResult {
  const outcomes = batch.map((_, i): Outcome => (i < answered ? { kind: "delivered" } : { kind: "retry", reason }));
  return { kind: "settled", outcomes };
}

async function dial(port: number, signal: AbortSignal): Promise<Socket | Error> {
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  try {
    await once(socket, "connect", { signal });
    return socket;
  } catch (error) {
    socket.destroy();
    return error instanceof Error ? error : new Error(String(error));
  }
}
