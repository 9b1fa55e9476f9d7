import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import { bracketed } from "../../../src/lib/ip.ts";
import { portOf } from "../ports.ts";

/** What it does with a request that comes in. */
export type Manner =
  /** Accepts and never answers. */
  | { readonly kind: "silent" }
  /** The first bytes of an endless answer, one at a time. */
  | { readonly kind: "drips"; readonly everyMs: number }
  | { readonly kind: "says"; readonly bytes: Buffer }
  | { readonly kind: "hangs-up" }
  /** Passes everything on to a real broker, which then names its own address. */
  | { readonly kind: "is"; readonly broker: string };

export interface FakeBroker {
  readonly address: string;
  /** Connections that are open now. */
  readonly open: number;
  /** Connections there were. */
  readonly accepted: number;
  /** For requests from now on; connections that are open keep their manner. */
  become(manner: Manner): void;
}

/** A TCP server where a Kafka broker should be, on a loopback address. Ends with the test. */
export async function fakeBroker(first: Manner, at = "127.0.0.1"): Promise<FakeBroker> {
  const state = { manner: first, accepted: 0 };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    state.accepted += 1;
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.once("close", () => sockets.delete(socket));
    behave(socket, state.manner);
  });
  server.listen(0, at);
  await once(server, "listening");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    address: `${bracketed(at)}:${portOf(server)}`,
    get open() {
      return sockets.size;
    },
    get accepted() {
      return state.accepted;
    },
    become: (manner) => void (state.manner = manner),
  };
}

function behave(socket: Socket, manner: Manner): void {
  switch (manner.kind) {
    case "silent":
      return void socket.resume();
    case "drips":
      return drip(socket, manner.everyMs);
    case "says":
      return void socket.on("data", () => socket.write(manner.bytes));
    case "hangs-up":
      return void socket.on("data", () => socket.resetAndDestroy());
    case "is":
      return pass(socket, manner.broker);
  }
}

/** An answer of 64 KiB whose end nobody will live to see. */
function drip(socket: Socket, everyMs: number): void {
  const bytes = [0, 1, 0, 0];
  socket.resume();
  const timer = setInterval(() => socket.write(Buffer.from([bytes.shift() ?? 0])), everyMs);
  socket.once("close", () => clearInterval(timer));
}

function pass(socket: Socket, broker: string): void {
  const [host = "", port = ""] = broker.split(":");
  const real = connect(Number(port), host);
  real.on("error", () => socket.destroy());
  socket.once("close", () => real.destroy());
  socket.pipe(real).pipe(socket);
}
