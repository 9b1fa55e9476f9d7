import { once } from "node:events";
import { createServer } from "node:net";

export interface Collector {
  readonly port: number;
  /** Everything that came, oldest first. */
  readonly lines: readonly string[];
  stop(): Promise<void>;
}

/** The other side: keeps every line and answers it. */
export async function startCollector(): Promise<Collector> {
  const lines: string[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    let rest = "";
    // By hand: the line reader of Node.js takes other characters for the end of a line, too.
    socket.setEncoding("utf8").on("data", (chunk: string) => {
      const parts = `${rest}${chunk}`.split("\n");
      rest = parts.pop() ?? "";
      lines.push(...parts);
      socket.write("ok\n".repeat(parts.length));
    });
    socket.on("end", () => socket.end());
    socket.on("error", () => socket.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return { port, lines, stop: async () => void (await new Promise((resolve) => server.close(resolve))) };
}
