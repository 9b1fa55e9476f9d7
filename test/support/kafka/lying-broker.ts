import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import { portOf } from "../ports.ts";

export interface LyingBroker {
  readonly address: string;
  /** Connections so far: each producer opens its own. */
  readonly accepted: number;
  /** Whether any question for metadata allowed the broker to make the topics it was asked about. */
  readonly mayCreateTopics: boolean;
}

const PRODUCE = 0;
const METADATA = 3;

/**
 * Stands before a real broker and passes everything on, but says these errors, one for each produce request, when the
 * messages are in fact stored: the worst case for whoever sends them again. Ends with the test.
 */
export async function lyingBroker(broker: string, errors: readonly number[]): Promise<LyingBroker> {
  const state: State = {
    broker,
    port: 0,
    errors: [...errors],
    accepted: 0,
    mayCreateTopics: false,
    sockets: new Set(),
  };
  const server = createServer((socket) => relay(state, socket));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  state.port = portOf(server);
  onTestFinished(() => {
    for (const socket of state.sockets) socket.destroy();
    server.close();
  });
  return {
    address: `127.0.0.1:${state.port}`,
    get accepted() {
      return state.accepted;
    },
    get mayCreateTopics() {
      return state.mayCreateTopics;
    },
  };
}

interface State {
  readonly broker: string;
  port: number;
  readonly errors: number[];
  accepted: number;
  mayCreateTopics: boolean;
  readonly sockets: Set<Socket>;
}

function relay(state: State, client: Socket): void {
  state.accepted += 1;
  const [host = "", port = ""] = state.broker.split(":");
  const real = connect(Number(port), host);
  for (const socket of [client, real]) {
    state.sockets.add(socket);
    socket.on("error", () => undefined);
    socket.once("close", () => {
      client.destroy();
      real.destroy();
    });
  }
  /** Correlation id → api key: an answer does not say what it answers. */
  const asked = new Map<number, number>();
  onFrames(client, (frame) => {
    const api = frame.readInt16BE(4);
    asked.set(frame.readInt32BE(8), api);
    // From version 4 on the last byte of the question says it; before, asking was allowing.
    if (api === METADATA && (frame.readInt16BE(6) < 4 || frame.at(-1) !== 0)) state.mayCreateTopics = true;
    real.write(frame);
  });
  onFrames(real, (frame) => {
    const api = asked.get(frame.readInt32BE(4));
    if (api === METADATA) nameOurselves(frame, state);
    if (api === PRODUCE) lie(frame, state.errors.shift());
    client.write(frame);
  });
}

/** Whole frames, with their four bytes of size. */
function onFrames(socket: Socket, take: (frame: Buffer) => void): void {
  let rest = Buffer.alloc(0);
  socket.on("data", (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 4 && rest.length >= 4 + rest.readInt32BE(0)) {
      const end = 4 + rest.readInt32BE(0);
      take(Buffer.from(rest.subarray(0, end)));
      rest = rest.subarray(end);
    }
  });
}

/** The address the broker names for itself (host as text, port as int32) becomes ours. */
function nameOurselves(frame: Buffer, { broker, port }: State): void {
  const [host = "", real = ""] = broker.split(":");
  const theirs = Buffer.concat([Buffer.from(host), int32(Number(real))]);
  const at = frame.indexOf(theirs);
  if (at !== -1) frame.writeInt32BE(port, at + host.length);
}

/** The error code of the first partition of the first topic: size, correlation, count, name, count, index, then it. */
function lie(frame: Buffer, error: number | undefined): void {
  if (error !== undefined) frame.writeInt16BE(error, 4 + 4 + 4 + 2 + frame.readInt16BE(12) + 4 + 4);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
