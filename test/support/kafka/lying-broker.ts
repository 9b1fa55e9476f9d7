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

/** An answer about one partition. */
export interface PartitionAnswer {
  readonly topic: string;
  readonly partition: number;
  readonly code: number;
}

/**
 * An error for the first partition of the answer, or the whole answer recreated; 0 and the same answer are the truth.
 */
export type Lie = number | ((truth: readonly PartitionAnswer[]) => readonly PartitionAnswer[]);

const PRODUCE = 0;
const METADATA = 3;

/**
 * Stands before a real broker and passes everything on, but tells these lies, one for each produce request, when the
 * messages are in fact stored: the worst case for whoever sends them again. Ends with the test.
 */
export async function lyingBroker(broker: string, lies: readonly Lie[]): Promise<LyingBroker> {
  const state: State = {
    broker,
    port: 0,
    lies: [...lies],
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
  readonly lies: Lie[];
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
    client.write(api === PRODUCE ? retold(frame, state.lies.shift() ?? 0) : frame);
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

function retold(frame: Buffer, lie: Lie): Buffer {
  const { answers, end } = answersIn(frame);
  const [first] = answers;
  if (first === undefined || lie === 0) return frame;
  const told = typeof lie === "number" ? [{ ...first, code: lie }, ...answers.slice(1)] : lie(answers);
  const topics = [...Map.groupBy(told, (answer) => answer.topic)].map(([topic, all]) =>
    Buffer.concat([int16(Buffer.byteLength(topic)), Buffer.from(topic), int32(all.length), ...all.map(partitionBytes)]),
  );
  const count = new Set(told.map((answer) => answer.topic)).size;
  const body = Buffer.concat([frame.subarray(4, 8), int32(count), ...topics, frame.subarray(end)]);
  return Buffer.concat([int32(body.length), body]);
}

/** Offset, time of appending and first offset of the log, as version 7 has them behind the error code. */
const BEHIND_CODE = 24;

function answersIn(frame: Buffer): { readonly answers: readonly PartitionAnswer[]; readonly end: number } {
  const answers: PartitionAnswer[] = [];
  let at = 12;
  for (let topics = frame.readInt32BE(8); topics > 0; topics -= 1) {
    const length = frame.readInt16BE(at);
    const topic = frame.toString("utf8", at + 2, at + 2 + length);
    const partitions = frame.readInt32BE(at + 2 + length);
    at += 6 + length;
    for (let i = 0; i < partitions; i += 1) {
      answers.push({ topic, partition: frame.readInt32BE(at), code: frame.readInt16BE(at + 4) });
      at += 6 + BEHIND_CODE;
    }
  }
  return { answers, end: at };
}

function partitionBytes({ partition, code }: PartitionAnswer): Buffer {
  return Buffer.concat([int32(partition), int16(code), Buffer.alloc(BEHIND_CODE)]);
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
