import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import { portOf } from "./ports.ts";

/** What a listener does with a connection. */
export type Behaviour =
  /** Says this at once, and hangs up on the first answer: nobody waits for a conversation it cannot have. */
  | { readonly kind: "banner"; readonly text: string | Uint8Array }
  /** Answers any request with this status line, headers and body. */
  | { readonly kind: "http"; readonly server: string; readonly body: string }
  | { readonly kind: "silent" }
  /** Sends without end, as fast as it is read. */
  | { readonly kind: "endless" }
  /** One byte at a time. */
  | { readonly kind: "drip"; readonly everyMs: number }
  /** Closes with a reset as soon as the connection stands. */
  | { readonly kind: "reset" }
  /** One answer of that many bytes. */
  | { readonly kind: "huge"; readonly bytes: number };

interface ListenerOptions {
  /** 127.x.y.z; each address is a host of its own. */
  readonly address: string;
  /** 0 = any free one. */
  readonly port: number;
  readonly behaviour: Behaviour;
}

export interface Listener {
  readonly address: string;
  readonly port: number;
  /** Every byte that arrived, of all connections. */
  received(): Buffer;
  /** How many connections stood. */
  connections(): number;
  close(): Promise<void>;
}

async function startListener(options: ListenerOptions): Promise<Listener> {
  const sockets = new Set<Socket>();
  const chunks: Buffer[] = [];
  let count = 0;
  const server = createServer((socket) => {
    count++;
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    // Scanners leave in the middle of everything.
    socket.on("error", () => socket.destroy());
    socket.on("data", (chunk) => chunks.push(chunk));
    behave(socket, options.behaviour);
  });
  server.listen(options.port, options.address);
  await once(server, "listening");
  return {
    address: options.address,
    port: portOf(server),
    received: () => Buffer.concat(chunks),
    connections: () => count,
    close: () => close(server, sockets),
  };
}

/** Starts a small server that behaves as asked, and closes it when the running test ends. */
export async function listener(
  address: string,
  port: number,
  behaviour: Behaviour = { kind: "silent" },
): Promise<Listener> {
  const started = await startListener({ address, port, behaviour });
  onTestFinished(() => started.close());
  return started;
}

function behave(socket: Socket, behaviour: Behaviour): void {
  switch (behaviour.kind) {
    case "banner":
      socket.write(behaviour.text);
      socket.once("data", () => socket.end());
      return;
    case "http":
      socket.on("data", () => socket.end(httpAnswer(behaviour.server, behaviour.body)));
      return;
    case "silent":
      return;
    case "endless":
      pump(socket);
      return;
    case "drip":
      drip(socket, behaviour.everyMs);
      return;
    case "reset":
      socket.resetAndDestroy();
      return;
    case "huge":
      socket.end(Buffer.alloc(behaviour.bytes, "A"));
  }
}

function httpAnswer(server: string, body: string): string {
  const head = ["HTTP/1.1 200 OK", `Server: ${server}`, "Content-Type: text/html", `Content-Length: ${body.length}`];
  return `${[...head, "Connection: close", "", body].join("\r\n")}`;
}

const BLOCK = Buffer.alloc(16 * 1024, "x");

function pump(socket: Socket): void {
  const more = () => {
    while (!socket.destroyed && socket.write(BLOCK));
  };
  socket.on("drain", more);
  more();
}

function drip(socket: Socket, everyMs: number): void {
  const timer = setInterval(() => socket.write("."), everyMs);
  socket.once("close", () => clearInterval(timer));
}

async function close(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
}
