import { runCommandLine } from "./cli/main.ts";
import { unwritableStream } from "./cli/print-result.ts";

/** The process edge: arguments, signals → AbortSignal, exit code. A second signal ends the process at once. */
const stopping = new AbortController();
let interruptedBy: NodeJS.Signals | null = null;
let outputLost: number | null = null;

/**
 * From the moment a command asks for the signal. Before that nothing is to be ended in good order, and the system ends
 * the process at once, also one that a file or a disk holds: a caught signal would wait for that forever.
 */
function catchSignals(): void {
  if (process.listenerCount("SIGTERM", stop) > 0) return;
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
}

function stop(signal: NodeJS.Signals): void {
  if (interruptedBy !== null) process.exit(codeOf(signal));
  interruptedBy = signal;
  stopping.abort();
}

function codeOf(signal: NodeJS.Signals): number {
  return signal === "SIGINT" ? 130 : 143;
}

/** The error may come after the command has ended; work that continues is not stopped by it. */
function outputFailed(error: Error): void {
  const lost = unwritableStream(error);
  if (lost !== null && outputLost === null) process.stderr.write(lost.message);
  outputLost ??= lost?.exit ?? null;
  process.exitCode = outputLost ?? process.exitCode;
}

const LINGER_MS = 2_000;

process.umask(0o077);
process.stdout.on("error", outputFailed);
// Nobody is left to report to.
process.stderr.on("error", () => undefined);
// To the first process of a container the system sends only signals that it waits for.
if (process.pid === 1) catchSignals();
const code = await runCommandLine(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  cwd: process.cwd(),
  get signal() {
    catchSignals();
    return stopping.signal;
  },
  onHangup: (listener) => void process.on("SIGHUP", listener),
});
process.exitCode = interruptedBy === null ? (outputLost ?? code) : codeOf(interruptedBy);
// The work is done: a socket that a client library forgot must not keep the process.
setTimeout(() => process.exit(), LINGER_MS).unref();
