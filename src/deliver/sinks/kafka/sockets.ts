import type { ISocketFactory } from "kafkajs";
import { connect, isIP, type Socket } from "node:net";
import { connect as connectSecurely } from "node:tls";
import { frameCheck } from "./frames.ts";
import { TLS_EXPECTED } from "./mismatch.ts";

/** The sockets of one client. kafkajs cannot be told to give up: taking its sockets away is the only way. */
export interface Sockets {
  readonly factory: ISocketFactory;
  /** Ends them all; requests on them fail at once, and no new one is opened. */
  end(): void;
}

/** Sees the traffic of one connection. */
export interface Ear {
  /** A whole request, with its four bytes of size. */
  wrote(request: Buffer): void;
  /** A whole answer, without them. */
  heard(answer: Buffer): void;
  ended(): void;
}

const KEEP_ALIVE_MS = 60_000;

/** `hostOf` says where a name leads; `listen` makes the listener of each connection. */
export function openSockets(hostOf: (name: string) => string, listen: () => Ear = deaf): Sockets {
  const open = new Set<Socket>();
  let ended = false;
  return {
    factory: ({ host, port, ssl, onConnect }) => {
      if (ended) throw new Error("this client was given up");
      const socket = guarded(dial({ host: hostOf(host), port, ssl }, onConnect), listen());
      socket.setKeepAlive(true, KEEP_ALIVE_MS);
      open.add(socket);
      socket.once("close", () => open.delete(socket));
      return socket;
    },
    end: () => {
      ended = true;
      for (const socket of open) socket.destroy(new Error("the connection was given up"));
    },
  };
}

function deaf(): Ear {
  return { wrote: () => undefined, heard: () => undefined, ended: () => undefined };
}

type Address = Pick<Parameters<ISocketFactory>[0], "host" | "port" | "ssl">;

/** `ssl` is absent without TLS, whatever its type says. */
function dial({ host, port, ssl }: Partial<Address>, onConnect: () => void): Socket {
  const at = { host: host ?? "", port: port ?? 0 };
  if (ssl === undefined || ssl === null) return connect(at, onConnect);
  const name = isIP(at.host) === 0 ? { servername: at.host } : {};
  return connectSecurely({ ...at, ...name, ...ssl }, onConnect);
}

/** A listener with TLS answers the first request with an alert: a record of type 21 and version 3. */
function strangeAnswer(chunk: Buffer): Error {
  const isAlert = chunk[0] === 0x15 && chunk[1] === 0x03;
  if (isAlert) return Object.assign(new Error("the answer is a TLS alert"), { code: TLS_EXPECTED });
  return new Error("the answer is not from Kafka; is this the address of a broker?");
}

/**
 * kafkajs reads frames inside the socket's `data` event: there a wrong size throws where nobody can catch it and would
 * end the agent, and a large one would be collected without limit. A connection that does not look like Kafka is
 * closed.
 */
function guarded(socket: Socket, ear: Ear): Socket {
  const fits = frameCheck((frame) => ear.heard(frame));
  const emit = socket.emit.bind(socket);
  socket.emit = (event: string | symbol, ...values: unknown[]): boolean => {
    const [chunk] = values;
    if (event !== "data" || !Buffer.isBuffer(chunk) || fits(chunk))
      return Reflect.apply(emit, socket, [event, ...values]);
    socket.destroy(strangeAnswer(chunk));
    return true;
  };
  const write = socket.write.bind(socket);
  // kafkajs writes each request in one piece.
  socket.write = (request: unknown, ...rest: unknown[]): boolean => {
    if (Buffer.isBuffer(request)) ear.wrote(request);
    return Reflect.apply(write, socket, [request, ...rest]);
  };
  socket.once("close", () => ear.ended());
  return socket;
}
