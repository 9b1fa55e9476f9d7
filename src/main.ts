import { runCommandLine } from "./cli/main.ts";

/** The process edge: arguments, signals → AbortSignal, exit code. A second signal ends the process at once. */
const stopping = new AbortController();
let interruptedBy: NodeJS.Signals | null = null;

function stop(signal: NodeJS.Signals): void {
  if (interruptedBy !== null) process.exit(codeOf(signal));
  interruptedBy = signal;
  stopping.abort();
}

function codeOf(signal: NodeJS.Signals): number {
  return signal === "SIGINT" ? 130 : 143;
}

/** `tripline … | head` closes our output early: that is the reader's wish, not a failure. */
function readerLeft(error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
}

const LINGER_MS = 2_000;

process.umask(0o077);
process.stdout.on("error", readerLeft);
process.on("SIGINT", stop);
process.on("SIGTERM", stop);
const code = await runCommandLine(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  cwd: process.cwd(),
  signal: stopping.signal,
  onHangup: (listener) => void process.on("SIGHUP", listener),
});
process.exitCode = interruptedBy === null ? code : codeOf(interruptedBy);
// The work is done: a socket that a client library forgot must not keep the process.
setTimeout(() => process.exit(), LINGER_MS).unref();
