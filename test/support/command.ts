import { spawn } from "node:child_process";
import { stripVTControlCharacters } from "node:util";

export interface CommandResult {
  readonly ok: boolean;
  /** Standard output and standard error, in the order they came. */
  readonly output: string;
}

/** Runs a command to its end. A command that does not exist is a failed result, not an exception. */
export function runCommand(command: string, args: readonly string[], cwd: string): Promise<CommandResult> {
  return new Promise((resolve) => {
    let output = "";
    const child = spawn(command, args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.on("error", (error) => resolve({ ok: false, output: `${command}: ${error.message}` }));
    child.on("close", (code) => resolve({ ok: code === 0, output }));
  });
}

/** The end of a command's output without colours: enough to see why it failed, short enough for one message. */
export function lastLines(output: string, lines = 3): string {
  return stripVTControlCharacters(output)
    .split("\n")
    .filter((line) => line.trim() !== "")
    .slice(-lines)
    .join(" / ");
}
