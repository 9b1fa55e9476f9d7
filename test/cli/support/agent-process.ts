import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join, resolve } from "node:path";
import { onTestFinished, vi } from "vitest";

/** The agent as a process of its own, killed when the test ends. */
export interface AgentProcess {
  readonly child: ChildProcess;
  /** What it has logged so far. */
  readonly log: () => string;
  /** Resolves when its log says this; throws when it ended without. */
  readonly says: (text: string) => Promise<void>;
  /** Resolves when so many cycles have ended since it was started. */
  readonly cycles: (count: number) => Promise<void>;
}

/** An agent that has finished its first cycle. */
export async function agentIn(directory: string, environment: NodeJS.ProcessEnv = process.env): Promise<AgentProcess> {
  const bin = resolve("bin/tripline.cjs");
  const child = spawn(process.execPath, [bin, "run", "--no-web", "-c", join(directory, "tripline.yaml")], {
    stdio: ["ignore", "ignore", "pipe"],
    env: environment,
  });
  const gone = once(child, "exit");
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await gone;
  });
  let log = "";
  child.stderr.on("data", (chunk: Buffer) => (log += chunk.toString()));
  const saysTimes = async (text: string, count: number) => {
    const said = () => {
      if (log.split(text).length > count) return true;
      if (child.exitCode !== null) throw new Error(`the agent ended: ${log}`);
      return false;
    };
    await vi.waitUntil(said, { timeout: 200_000 });
  };
  const cycles = (count: number) => saysTimes("cycle finished", count);
  await cycles(1);
  return { child, log: () => log, says: (text) => saysTimes(text, 1), cycles };
}
