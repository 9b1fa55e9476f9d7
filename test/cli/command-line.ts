import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { Writable } from "node:stream";
import { onTestFinished } from "vitest";
import { runCommandLine } from "../../src/cli/main.ts";
import { tempDir } from "../support/temp-dir.ts";

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command line in this process; what it prints and its exit code. */
export async function run(
  args: readonly string[],
  cwd = tempDir(),
  signal: AbortSignal = new AbortController().signal,
): Promise<Ran> {
  const taken = { out: "", err: "" };
  const sink = (key: "out" | "err") =>
    new Writable({
      write: (chunk: Buffer, _, done) => {
        taken[key] += chunk.toString();
        done();
      },
    });
  const io = { stdin: process.stdin, stdout: sink("out"), stderr: sink("err"), cwd, signal };
  return { code: await runCommandLine(withState(args, cwd), io), ...taken };
}

/** A state that stays until the test ends, so that its events are checked; the program's own temporary one does not. */
function withState(args: readonly string[], cwd: string): readonly string[] {
  const temporary = args.includes("--from-xml") && !args.includes("--state") && !args.includes("-c");
  return temporary ? [...args, "--state", join(cwd, "state")] : args;
}

/** A directory with these files in it. */
export function directoryWith(files: Readonly<Record<string, string>>): string {
  const directory = tempDir();
  for (const [name, text] of Object.entries(files)) {
    const path = join(directory, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { mode: 0o700 });
  }
  return directory;
}

const BIN = resolve("bin/tripline.cjs");

/** The program as a process of its own, behind the words of another program such as `unshare`. */
export async function runProcess(
  args: readonly string[],
  cwd: string,
  before: readonly string[] = [],
): Promise<{ readonly code: unknown; readonly text: string }> {
  const [program = "", ...rest] = [...before, process.execPath, BIN, ...args];
  const child = spawn(program, rest, { cwd, stdio: ["ignore", "pipe", "pipe"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (text += chunk.toString()));
  const [code] = await once(child, "close");
  return { code, text };
}

/** The program as a process that may not open raw sockets, whoever runs the tests. */
export function unprivileged(args: readonly string[], cwd: string): ReturnType<typeof runProcess> {
  const root = process.getuid?.() === 0;
  return runProcess(args, cwd, root ? ["setpriv", "--bounding-set=-net_raw", "--inh-caps=-net_raw"] : []);
}
