import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { PATIENCE_MS } from "./patience.ts";

export interface ServerCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly logFile: string;
  readonly env: NodeJS.ProcessEnv;
  /** Numeric user and group to run as. */
  readonly uid?: number;
}

/**
 * Starts a long-running server whose output goes to a file.
 * Where setpriv exists the kernel kills the server together with the process that started it,
 * so that not even a test run that is itself killed leaves a server behind. setpriv executes the command in place:
 * the pid stays that of the server.
 */
export function spawnServer({ command, args, cwd, logFile, env, uid }: ServerCommand): ChildProcess {
  const log = openSync(logFile, "a");
  const user = uid === undefined ? {} : { uid, gid: uid };
  const tied = existsSync("/usr/bin/setpriv") ? ["/usr/bin/setpriv", "--pdeathsig", "KILL"] : [];
  const [first = command, ...rest] = [...tied, command, ...args];
  const child = spawn(first, rest, { cwd, env, ...user, stdio: ["ignore", log, log] });
  closeSync(log);
  const killWithUs = (): boolean => child.kill("SIGKILL");
  process.once("exit", killWithUs);
  child.once("exit", () => process.removeListener("exit", killWithUs));
  return child;
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** Sends the signal and waits for the end; a server that ignores it for 20 s is killed. */
export async function endProcess(child: ChildProcess, signal: "SIGTERM" | "SIGKILL"): Promise<void> {
  if (hasEnded(child)) return;
  const ended = once(child, "exit");
  child.kill(signal);
  const insist = setTimeout(() => child.kill("SIGKILL"), 20_000);
  await ended;
  clearTimeout(insist);
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

export interface Readiness {
  readonly child: ChildProcess;
  readonly logFile: string;
  readonly name: string;
  readonly isReady: () => Promise<boolean>;
}

/** Asks until the server answers; throws with the end of its log when it exits or hangs. */
export async function waitUntilReady({ child, logFile, name, isReady }: Readiness): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS / 2;
  while (!(await isReady())) {
    const late = performance.now() > deadline;
    if (late || hasEnded(child)) {
      await endProcess(child, "SIGKILL");
      const log = readFileSync(logFile, "utf8").slice(-2000);
      throw new Error(
        `${name} ${late ? "did not answer within ${PATIENCE_MS / 2000} s" : "ended at its start"}. Its log ends:\n${log}`,
      );
    }
    await pause(25);
  }
}

export async function waitUntilGone(pid: number): Promise<void> {
  while (isAlive(pid)) await pause(20);
}
