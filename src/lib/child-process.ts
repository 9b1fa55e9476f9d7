import { spawn } from "node:child_process";
import { accessSync, constants, realpathSync, statSync } from "node:fs";
import path from "node:path";
import type { Readable } from "node:stream";
import { trustIn } from "./file-owners.ts";
import { openToOthers } from "./file-trust.ts";
import { monotonicClock } from "./time.ts";

export interface ProcessOptions {
  /** Absolute path, see {@link findExecutable}; never a shell line. */
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment: nothing of ours is inherited, because ours may hold secrets. */
  readonly env: Readonly<Record<string, string>>;
  /** Wall clock, ms. At its end TERM goes to the process group, and KILL after `killAfterMs`. */
  readonly deadlineMs: number;
  readonly killAfterMs?: number;
  /** Of stdout and of stderr, each; what comes after is read and dropped, so that the child never blocks. */
  readonly outputCapBytes: number;
  readonly signal?: AbortSignal;
  /** A file the child writes; growing over `maxBytes` ends the child. */
  readonly watchFile?: { readonly path: string; readonly maxBytes: number };
  /** Address space of the child, where `prlimit` is installed. */
  readonly memoryLimitBytes?: number;
  /** Called once the child runs; what it returns is called when the child has ended. */
  readonly onStart?: (child: RunningChild) => () => void;
}

/** A child by its handle, not by its pid: a pid may belong to somebody else by now. */
export interface RunningChild {
  /** False when it had ended already. */
  kill(signal: NodeJS.Signals): boolean;
}

/** One shape for every end a process can have; {@link runProcess} never throws. */
export interface ProcessResult {
  /** Null when a signal ended it or it never started. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** stdout or stderr was longer than the cap. */
  readonly outputCut: boolean;
  readonly timedOut: boolean;
  /** Ended because the watched file grew over its cap. */
  readonly capped: boolean;
  readonly aborted: boolean;
  /** Why there was no process at all; null when there was one. */
  readonly notStarted: string | null;
  readonly durationMs: number;
}

type Ending = "deadline" | "cap" | "abort";
type Child = ReturnType<typeof start>;

const SYSTEM_PATH = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];
const KILL_AFTER_MS = 5000;
const WATCH_EVERY_MS = 250;
// A grandchild that left the group may keep our pipes open; after this we stop listening to it.
const DRAIN_MS = 1000;

/** Runs a program to its end in a process group of its own, without a shell and with stdin closed. */
export async function runProcess(options: ProcessOptions): Promise<ProcessResult> {
  const startedAt = monotonicClock();
  const obstacle = startObstacle(options);
  if (obstacle !== null) return neverStarted(obstacle, options.signal?.aborted === true);
  const started = tryStart(options);
  if (typeof started === "string") return neverStarted(started, false);
  const child = started;
  const stdout = collect(child.stdout, options.outputCapBytes);
  const stderr = collect(child.stderr, options.outputCapBytes);
  const guard = guardProcess(child, options);
  const onEnd = options.onStart?.({ kill: (signal) => child.kill(signal) });
  const end = await ended(child);
  onEnd?.();
  const ending = guard.release();
  if (end.error !== null) return neverStarted(end.error, false);
  return {
    exitCode: end.code,
    signal: end.signal,
    stdout: stdout.text(),
    stderr: stderr.text(),
    outputCut: stdout.cut() || stderr.cut(),
    timedOut: ending === "deadline",
    capped: ending === "cap",
    aborted: ending === "abort",
    notStarted: null,
    durationMs: monotonicClock() - startedAt,
  };
}

/** The absolute path of a program: a path is checked, a bare name is looked up in the system's folders only. */
export function findExecutable(name: string): string | null {
  if (name.includes("/")) return isExecutable(name) ? path.resolve(name) : null;
  return SYSTEM_PATH.map((folder) => path.join(folder, name)).find(isExecutable) ?? null;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

function startObstacle(options: ProcessOptions): string | null {
  if (options.signal?.aborted === true) return "stopped before it started";
  if (!path.isAbsolute(options.file)) return `${options.file}: not an absolute path`;
  if (!isExecutable(options.file)) return `${options.file}: no such program, or not executable`;
  // Whose program it may be is for the caller to know; one that others can write would be theirs, with our rights.
  const open = openToOthers(options.file, trustIn("any"));
  return open === null ? null : `${options.file}: not started, since ${open.path} ${open.why}`;
}

/** Node throws at once for what it will not pass on (a NUL byte, an argument list too long). */
function tryStart(options: ProcessOptions): Child | string {
  try {
    return start(options);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function start(options: ProcessOptions) {
  const [file, ...args] = limited(options);
  return spawn(file, args, {
    cwd: options.cwd,
    env: options.env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/**
 * Both helpers replace themselves by the program, so the pid and the group stay the program's. With setpriv the kernel
 * ends the program when we are killed: a second nmap beside one that nobody waits for would disturb its scan.
 */
function limited(options: ProcessOptions): [file: string, ...args: string[]] {
  const prlimit = options.memoryLimitBytes === undefined ? null : findHelper("prlimit");
  const limit = prlimit === null ? [] : [prlimit, `--as=${options.memoryLimitBytes}`, "--core=0", "--"];
  const tie = tiedToUs();
  const [file = options.file, ...rest] = [...tie, ...limit, options.file, ...options.args];
  return [file, ...rest];
}

function findHelper(name: string): string | null {
  const file = findExecutable(name);
  return file === null || openToOthers(file, trustIn([])) !== null ? null : file;
}

/** The program of that name in busybox does not know the option. */
function tiedToUs(): readonly string[] {
  const setpriv = findHelper("setpriv");
  const usable = setpriv !== null && path.basename(realpathSync(setpriv)) === "setpriv";
  return usable ? [setpriv, "--pdeathsig", "KILL", "--"] : [];
}

// Without a free file descriptor there is a child object, but it has no pipes.
function collect(stream: Readable | undefined, cap: number): { text(): string; cut(): boolean } {
  const chunks: Buffer[] = [];
  let kept = 0;
  let cut = false;
  stream?.on("data", (chunk: Buffer) => {
    const part = chunk.subarray(0, Math.max(0, cap - kept));
    cut ||= part.length < chunk.length;
    if (part.length > 0) chunks.push(part);
    kept += part.length;
  });
  return { text: () => Buffer.concat(chunks).toString("utf8"), cut: () => cut };
}

/** Everything that may end the process before it ends itself. The first cause is the one that is reported. */
function guardProcess(child: Child, options: ProcessOptions): { release(): Ending | null } {
  let cause: Ending | null = null;
  let killTimer: NodeJS.Timeout | undefined;
  const end = (why: Ending) => {
    if (cause !== null) return;
    cause = why;
    signalGroup(child, "SIGTERM");
    killTimer = setTimeout(() => signalGroup(child, "SIGKILL"), options.killAfterMs ?? KILL_AFTER_MS);
  };
  const onAbort = () => end("abort");
  options.signal?.addEventListener("abort", onAbort, { once: true });
  const deadline = setTimeout(() => end("deadline"), options.deadlineMs);
  const watch = options.watchFile;
  const watcher = watch && setInterval(() => fileSize(watch.path) > watch.maxBytes && end("cap"), WATCH_EVERY_MS);
  return {
    release() {
      for (const timer of [deadline, killTimer, watcher]) clearTimeout(timer);
      options.signal?.removeEventListener("abort", onAbort);
      return cause;
    },
  };
}

interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly error: string | null;
}

/** When the program itself is gone, whatever it left in its group is killed too. */
function ended(child: Child): Promise<End> {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve({ code: null, signal: null, error: error.message }));
    child.once("exit", (code, signal) => {
      signalGroup(child, "SIGKILL");
      const drain = setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
      }, DRAIN_MS);
      child.once("close", () => {
        clearTimeout(drain);
        resolve({ code, signal, error: null });
      });
    });
  });
}

function signalGroup(child: Child, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // ESRCH: the whole group is gone already, which is what we wanted.
  }
}

function fileSize(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function neverStarted(reason: string, aborted: boolean): ProcessResult {
  const nothing = { exitCode: null, signal: null, stdout: "", stderr: "", outputCut: false };
  return { ...nothing, timedOut: false, capped: false, aborted, notStarted: reason, durationMs: 0 };
}
