import { once } from "node:events";
import { createServer } from "node:net";

// A program, not a module: listens on every port of its argument `[[port, banner], …]`, at the address of its second
// one (`::` is both families), and ends with its stdin.
const listens = JSON.parse(process.argv[2] ?? "[]") as [number, string][];
const address = process.argv[3] ?? "0.0.0.0";
for (const [port, banner] of listens) {
  const server = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    if (banner === "") return;
    socket.write(banner);
    // Hanging up on the first answer: nobody waits for a conversation it cannot have.
    socket.once("data", () => socket.end());
  });
  server.listen(port, address);
  await once(server, "listening");
}
process.stdout.write("ready\n");
process.stdin.resume().once("end", () => process.exit(0));
