import { takeLock } from "../../../src/store/lock.ts";

// Holds the lock of a state directory until it is ended, and says when it has it or why not.
const [directory = "", since = "0", role = "agent"] = process.argv.slice(2);
const lock = takeLock(directory, {
  pid: process.pid,
  since: Number(since),
  role: role === "command" ? "command" : "agent",
});
process.stdout.write(`${lock.ok ? "held" : lock.error.code}\n`);
process.stdin.resume();
process.stdin.on("end", () => {
  if (lock.ok) lock.value.release();
  process.exit(0);
});
