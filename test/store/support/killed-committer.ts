import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("./committer.ts", import.meta.url));

/**
 * Runs the committer until it has said `commits` numbers, kills it at once (it is inside a later commit by then) and
 * returns the last number it said.
 */
export async function killedCommitter(directory: string, first: number, commits: number): Promise<number> {
  const child = spawn(process.execPath, [PROGRAM, directory, String(first)], { stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(child, "exit");
  let last = 0;
  let said = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    last = Number(line);
    said += 1;
    if (said === commits) child.kill("SIGKILL");
  }
  await exited;
  if (said < commits) throw new Error(`the committer ended by itself after ${said} commits`);
  return last;
}
