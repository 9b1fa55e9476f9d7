import { createServer, type Server, type Socket } from "node:net";

/** What a demo listener does with a connection: speak first, or answer like a web server. */
export type Behaviour =
  | { readonly banner: string }
  | { readonly http: { readonly server: string; readonly title: string } };

export interface Listener {
  stop(): Promise<void>;
}

/** A real listener on a loopback address; scanned like any other service. Rejects when the port is taken. */
export function startListener(address: string, port: number, behaviour: Behaviour): Promise<Listener> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket));
    // A scanner resets connections all the time; that is not our error.
    socket.on("error", () => socket.destroy());
    serve(socket, behaviour);
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, address, () => resolve({ stop: () => stop(server, open) }));
  });
}

function serve(socket: Socket, behaviour: Behaviour): void {
  if ("banner" in behaviour) {
    socket.write(behaviour.banner);
    // Other requests are closed at once: a scanner that waits makes the demo longer.
    socket.once("data", () => socket.end("500 unknown command\r\n"));
    return;
  }
  socket.once("data", () => socket.end(page(behaviour.http)));
}

function page({ server, title }: { readonly server: string; readonly title: string }): string {
  const body = `<html><head><title>${title}</title></head><body>${title}</body></html>`;
  return `HTTP/1.1 200 OK\r\nServer: ${server}\r\nContent-Type: text/html\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`;
}

function stop(server: Server, open: ReadonlySet<Socket>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    for (const socket of open) socket.destroy();
  });
}
