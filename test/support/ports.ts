import { once } from "node:events";
import { connect, createServer, type Server } from "node:net";

// Below the kernel's range for outgoing connections (32768 and up): a port found here
// is not taken by some client socket between the look and the bind, nor while a killed server restarts.
const LOWEST = 20_000;
const COUNT = 12_000;

/** That many different TCP ports which are free on 127.0.0.1 now. */
export async function freePorts(count: number): Promise<number[]> {
  const held: Server[] = [];
  while (held.length < count) {
    const server = await tryListen(LOWEST + Math.floor(Math.random() * COUNT));
    if (server !== undefined) held.push(server);
  }
  const ports = held.map(portOf);
  await Promise.all(held.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

export async function freePort(): Promise<number> {
  const [port = 0] = await freePorts(1);
  return port;
}

/** Whether something accepts TCP connections on 127.0.0.1 at this port. */
export function acceptsConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true));
    socket.once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}

export function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server does not listen on a TCP port");
  return address.port;
}

async function tryListen(port: number): Promise<Server | undefined> {
  const server = createServer();
  try {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    return server;
  } catch {
    return undefined;
  }
}
