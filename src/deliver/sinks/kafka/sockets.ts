import type { ISocketFactory } from "kafkajs";
import { connect, isIP, type Socket } from "node:net";
import { connect as connectSecurely } from "node:tls";

/** The sockets of one client. kafkajs cannot be told to give up: taking its sockets away is the only way. */
export interface Sockets {
  readonly factory: ISocketFactory;
  /** Ends them all; requests on them fail at once, and no new one is opened. */
  end(): void;
}

const KEEP_ALIVE_MS = 60_000;

export function openSockets(): Sockets {
  const open = new Set<Socket>();
  let ended = false;
  return {
    factory: ({ host, port, ssl, onConnect }) => {
      if (ended) throw new Error("this client was given up");
      const socket = guarded(dial({ host, port, ssl }, onConnect));
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

type Address = Pick<Parameters<ISocketFactory>[0], "host" | "port" | "ssl">;

/** `ssl` is absent without TLS, whatever its type says. */
function dial({ host, port, ssl }: Partial<Address>, onConnect: () => void): Socket {
  const at = { host: host ?? "", port: port ?? 0 };
  if (ssl === undefined || ssl === null) return connect(at, onConnect);
  const name = isIP(at.host) === 0 ? { servername: at.host } : {};
  return connectSecurely({ ...at, ...name, ...ssl }, onConnect);
}

/**
 * kafkajs reads frames inside the socket's `data` event: there a wrong size throws where nobody can catch it and would
 * end the agent, and a large one would be collected without limit. What does not look like Kafka is hung up on.
 */
function guarded(socket: Socket): Socket {
  const fits = frameCheck();
  const emit = socket.emit.bind(socket);
  socket.emit = (event: string | symbol, ...values: unknown[]): boolean => {
    const [chunk] = values;
    if (event !== "data" || !Buffer.isBuffer(chunk) || fits(chunk))
      return Reflect.apply(emit, socket, [event, ...values]);
    socket.destroy(new Error("the answer is not Kafka's; is it a broker's address?"));
    return true;
  };
  return socket;
}

/** An answer begins with its correlation id; the largest one, metadata of a huge cluster, has some MiB. */
const SMALLEST_FRAME = 4;
const LARGEST_FRAME = 64 * 1024 ** 2;
const SIZE_BYTES = 4;

/** Follows the frames (four bytes of size, then so many bytes) over the chunks of one connection; false: not a frame. */
export function frameCheck(): (chunk: Uint8Array) => boolean {
  let size = 0;
  let sizeBytes = 0;
  let left = 0;
  return (chunk) => {
    let at = 0;
    while (at < chunk.length) {
      const skipped = Math.min(left, chunk.length - at);
      left -= skipped;
      at += skipped;
      if (at === chunk.length) return true;
      size = size * 256 + (chunk[at] ?? 0);
      at += 1;
      sizeBytes += 1;
      if (sizeBytes < SIZE_BYTES) continue;
      if (size < SMALLEST_FRAME || size > LARGEST_FRAME) return false;
      left = size;
      size = 0;
      sizeBytes = 0;
    }
    return true;
  };
}
