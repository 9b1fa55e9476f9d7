import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test, vi } from "vitest";
import { findExecutable, type ProcessOptions, runProcess } from "../../src/lib/child-process.ts";
import { tempDir } from "../support/temp-dir.ts";
import { PATIENCE_MS, scaled } from "../support/patience.ts";

const PROGRAMS = path.resolve("test/fixtures/programs");
const PATH = "/usr/local/bin:/usr/bin:/bin";

function program(name: string, more: Partial<ProcessOptions> = {}): ProcessOptions {
  return {
    file: path.join(PROGRAMS, name),
    args: [],
    cwd: "/",
    env: { PATH },
    deadlineMs: PATIENCE_MS / 4,
    outputCapBytes: 4096,
    ...more,
  };
}

function alive(pid: number): boolean {
  // A killed orphan stays visible until init reaps it: a zombie is not alive.
  return existsSync(`/proc/${pid}/exe`);
}

test("a program that ends by itself tells its code and its words", async () => {
  const result = await runProcess(program("exit-three"));
  expect(result).toMatchObject({
    exitCode: 3,
    signal: null,
    stdout: "to stdout\n",
    stderr: "to stderr\n",
    timedOut: false,
    capped: false,
    aborted: false,
    outputCut: false,
    notStarted: null,
  });
});

test("a program that ignores TERM is killed after the grace time", async () => {
  const result = await runProcess(program("ignore-term", { deadlineMs: scaled(500), killAfterMs: 100 }));
  expect(result).toMatchObject({ exitCode: null, signal: "SIGKILL", timedOut: true, stdout: "ready\n" });
});

test("output beyond the cap is dropped without blocking the program", async () => {
  const result = await runProcess(program("endless-output", { deadlineMs: scaled(500) }));
  expect(result).toMatchObject({ timedOut: true, outputCut: true, signal: "SIGTERM" });
  expect(result.stdout.length).toBe(4096);
});

test("a file that grows over its cap ends the program", async () => {
  const file = path.join(tempDir(), "growing");
  const result = await runProcess(program("grows-file", { args: [file], watchFile: { path: file, maxBytes: 1000 } }));
  expect(result).toMatchObject({ capped: true, timedOut: false, signal: "SIGTERM" });
});

test("a grandchild does not outlive the program, and does not keep us waiting", async () => {
  const result = await runProcess(program("leaves-grandchild"));
  expect(result.exitCode).toBe(0);
  expect(alive(Number(result.stdout))).toBe(false);
});

test.skipIf(findExecutable("setpriv") === null)("a program ends with us, also when we are killed", async () => {
  const pidFile = path.join(tempDir(), "pid");
  const options = program("writes-pid", { args: [pidFile], deadlineMs: 600_000 });
  const url = pathToFileURL(path.resolve("src/lib/child-process.ts")).href;
  const code = `import { runProcess } from ${JSON.stringify(url)}; await runProcess(${JSON.stringify(options)});`;
  const parent = spawn(process.execPath, ["--input-type=module", "-e", code], { stdio: "ignore" });
  await vi.waitUntil(() => existsSync(pidFile) && readFileSync(pidFile, "utf8").endsWith("\n"), {
    timeout: PATIENCE_MS / 4,
  });
  const pid = Number(readFileSync(pidFile, "utf8"));
  expect(alive(pid)).toBe(true);
  parent.kill("SIGKILL");
  await vi.waitUntil(() => !alive(pid), { timeout: PATIENCE_MS / 4 });
});

test("aborting ends the program", async () => {
  const stop = new AbortController();
  const running = runProcess(program("ignore-term", { signal: stop.signal, killAfterMs: 50 }));
  stop.abort();
  expect(await running).toMatchObject({ aborted: true, timedOut: false });
});

test("an aborted signal starts nothing", async () => {
  const result = await runProcess(program("exit-three", { signal: AbortSignal.abort() }));
  expect(result).toMatchObject({ aborted: true, exitCode: null, notStarted: "stopped before it started" });
});

test("a program sees the given environment and directory only, and an empty stdin", async () => {
  const result = await runProcess(program("print-environment", { env: { PATH, ONLY: "this" } }));
  const lines = result.stdout.trim().split("\n");
  // The shell itself sets these two.
  const own = lines.filter((line) => !line.startsWith("PWD=") && !line.startsWith("_=") && !line.startsWith("OLDPWD="));
  expect(own.sort()).toEqual(["/", "ONLY=this", `PATH=${PATH}`]);
});

test.each([
  ["a missing program", { file: "/no/such/program" }, /no such program/],
  ["a file that is not executable", { file: path.resolve("package.json") }, /not executable/],
  ["a bare name", { file: "nmap" }, /not an absolute path/],
  ["a NUL byte in an argument", { args: ["a\0b"] }, /null bytes/],
  ["a missing directory", { cwd: "/no/such/directory" }, /ENOENT/],
])("%s is a result, not an exception", async (_, more, reason) => {
  const result = await runProcess(program("exit-three", more));
  expect(result.notStarted).toMatch(reason);
  expect(result.exitCode).toBeNull();
});

test.runIf(findExecutable("prlimit"))("a memory limit holds for the program", async () => {
  const result = await runProcess({
    ...program("exit-three"),
    file: "/bin/sh",
    args: ["-c", "ulimit -v"],
    memoryLimitBytes: 512 * 1024 * 1024,
  });
  expect(result.stdout.trim()).toBe(String(512 * 1024));
});

test("programs are found by name in the system's folders only", () => {
  expect(findExecutable("sh")).toMatch(/^\/(usr\/)?bin\/sh$/);
  expect(findExecutable("no-such-program")).toBeNull();
  expect(findExecutable("/no/such/program")).toBeNull();
});
