import type { Socket } from "node:net";
import { z } from "zod";
import { checkedInput } from "../../config/input-problems.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import type { OperationFailure } from "../failure.ts";
import { type ControlRequest, MOST_BYTES, parsed, REQUEST, VERSION } from "./protocol.ts";
import { noRequest, otherVersion, STOPPING, TOO_LARGE, TOO_SLOW } from "./refusals.ts";

/** Calls after a time, ms, unless it is cancelled first. */
export type Timer = (ms: number, then: () => void) => () => void;

/** Longest a client may take to send its request, and to read the answer. */
export const PATIENCE_MS = 10_000;

export interface Reading {
  readonly after: Timer;
  /** Aborts when the agent stops. */
  readonly stopping: AbortSignal;
}

/** Everything up to the end of the client's side. What comes beyond a refusal is thrown away. Null: the client is gone. */
export async function readRequest(
  socket: Socket,
  { after, stopping }: Reading,
): Promise<Result<ControlRequest, OperationFailure> | null> {
  const { promise, resolve } = Promise.withResolvers<Result<Buffer, OperationFailure> | null>();
  const chunks: Buffer[] = [];
  let bytes = 0;
  socket.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= MOST_BYTES) chunks.push(chunk);
    else resolve(err(TOO_LARGE));
  });
  socket.once("end", () => resolve(bytes > MOST_BYTES ? err(TOO_LARGE) : ok(Buffer.concat(chunks))));
  socket.once("close", () => resolve(null));
  const stop = () => resolve(err(STOPPING));
  if (stopping.aborted) stop();
  stopping.addEventListener("abort", stop, { once: true });
  const cancel = after(PATIENCE_MS, () => resolve(err(TOO_SLOW)));
  const read = await promise;
  cancel();
  stopping.removeEventListener("abort", stop);
  return read?.ok === true ? requestOf(read.value) : read;
}

function requestOf(bytes: Buffer): Result<ControlRequest, OperationFailure> {
  const value = parsed(bytes.toString("utf8"));
  if (value === undefined) return err(noRequest(bytes.length === 0 ? "it is empty" : "it is not JSON"));
  const version = versionOf(value);
  if (version !== null && version !== VERSION) return err(otherVersion(version));
  const request = checkedInput(REQUEST, value);
  return request.ok ? request : err(noRequest(request.problems.join("; ")));
}

/** A later version may have another form, so it is asked for first. */
function versionOf(value: unknown): number | null {
  const asked = z.object({ v: z.number() }).safeParse(value);
  return asked.success ? asked.data.v : null;
}
