import { chmodSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { dirname } from "node:path";
import { err, ok, type Result } from "../../lib/result.ts";
import type { OperationFailure } from "../failure.ts";
import type { Asker } from "../operations/operation.ts";
import { clearPlace, notOpened, type Place } from "./place.ts";
import { type Answer, type ControlRequest, line, VERSION } from "./protocol.ts";
import { dropProof, provedUser } from "./proof.ts";
import { PATIENCE_MS, readRequest, type Timer } from "./read-request.ts";
import { notProved, tooMany } from "./refusals.ts";

/** The outcome of a request. Operation and user are null where it did not come so far. */
export interface Handled {
  readonly operation: string | null;
  readonly asker: Asker | null;
  readonly result: Result<unknown, OperationFailure>;
}

export interface ControlOptions {
  readonly place: Place;
  /** 32 hexadecimal digits that nobody can guess. */
  readonly nonce: () => string;
  /** Does what is asked; a throw is a bug of it. */
  readonly handle: (request: ControlRequest, asker: Asker) => Promise<Result<unknown, OperationFailure>>;
  /** Told of every request, also of those that were none. */
  readonly handled: (what: Handled) => void;
  /** Default: timers of the process that do not keep it alive. */
  readonly after?: Timer;
}

export interface ControlServer {
  /** Takes no more requests, lets those that run come to their end for a while, and removes the socket. */
  close(): Promise<void>;
}

/** Connections at once; what one person does needs one for a moment. */
export const MOST_CONNECTIONS = 16;
/** Longest a stopping agent waits for requests that run. */
const LAST_REQUESTS_MS = 5_000;

interface Serving extends ControlOptions {
  readonly after: Timer;
  readonly open: Map<Socket, Promise<void>>;
  readonly stopping: AbortController;
}

/** One JSON request per connection on a unix socket. A refusal of the place is a value; the agent can do without. */
export async function startControl(options: ControlOptions): Promise<Result<ControlServer, OperationFailure>> {
  const { place, after = timer } = options;
  const serving: Serving = { ...options, after, open: new Map(), stopping: new AbortController() };
  const server = createServer({ allowHalfOpen: true }, (socket) => accept(serving, socket));
  try {
    const cleared = await clearPlace(place);
    if (!cleared.ok) return cleared;
    await listen(server, place);
  } catch (error) {
    server.close();
    return err(notOpened(place.path, error));
  }
  let closed: Promise<void> | null = null;
  return ok({ close: () => (closed ??= close(server, serving)) });
}

function listen(server: Server, { path, mode }: Place): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, () => {
      try {
        chmodSync(path, mode);
        resolve();
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
  });
}

function timer(ms: number, then: () => void): () => void {
  const waiting = setTimeout(then, ms).unref();
  return () => clearTimeout(waiting);
}

function accept(serving: Serving, socket: Socket): void {
  // A client may leave whenever it likes.
  socket.on("error", () => undefined);
  if (serving.open.size >= MOST_CONNECTIONS) {
    const busy = err(tooMany(MOST_CONNECTIONS));
    socket.write(line(answerOf(busy)));
    socket.destroySoon();
    return serving.handled({ operation: null, asker: null, result: busy });
  }
  socket.once("close", () => serving.open.delete(socket));
  serving.open.set(socket, serve(serving, socket));
}

async function serve(serving: Serving, socket: Socket): Promise<void> {
  const nonce = serving.nonce();
  socket.write(line({ v: VERSION, nonce }));
  const done = await resultOf(serving, socket, nonce);
  if (done === null) return;
  serving.handled(done);
  if (socket.destroyed) return;
  const cancel = serving.after(PATIENCE_MS, () => socket.destroy());
  socket.once("close", cancel);
  await new Promise<void>((resolve) => {
    socket.once("close", resolve);
    socket.end(line(answerOf(done.result)), resolve);
  });
  // The client's side has ended as well, unless it was refused in the middle.
  if (socket.readableEnded) socket.destroy();
}

async function resultOf(serving: Serving, socket: Socket, nonce: string): Promise<Handled | null> {
  const { place, after, stopping } = serving;
  const directory = dirname(place.path);
  const request = await readRequest(socket, { after, stopping: stopping.signal });
  if (request?.ok !== true) {
    dropProof(directory, nonce);
    return request && { operation: null, asker: null, result: request };
  }
  const { operation } = request.value;
  const user = provedUser(directory, nonce);
  const uid = user.ok ? allowed(place, user.value) : user;
  if (!uid.ok) return { operation, asker: null, result: err(notProved(uid.error)) };
  const asker: Asker = { uid: uid.value, via: "control" };
  return { operation, asker, result: await serving.handle(request.value, asker) };
}

/** Through a socket of mode 0600 nobody comes but its owner and root: a file of anybody else is not the client's. */
function allowed({ mode }: Place, uid: number): Result<number, string> {
  if (mode === 0o660 || uid === 0 || uid === process.geteuid?.()) return ok(uid);
  return err(`the file that was asked for belongs to user ${uid}, who may not use this socket`);
}

function answerOf(result: Result<unknown, OperationFailure>): Answer {
  return result.ok ? { v: VERSION, ok: true, value: result.value } : { v: VERSION, ok: false, error: result.error };
}

async function close(server: Server, { open, stopping, after }: Serving): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  stopping.abort();
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const cancel = after(LAST_REQUESTS_MS, resolve);
  await Promise.race([Promise.allSettled(open.values()), late]);
  cancel();
  for (const socket of open.keys()) socket.destroy();
  await closed;
}
