import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { describe, expect, it, onTestFinished } from "vitest";
import { processMark } from "../../src/store/process-mark.ts";
import { PATIENCE_MS } from "../support/patience.ts";

const SEEN = { timeout: PATIENCE_MS, interval: 5 };

/** A process that does nothing, under any name. */
async function idle(name = "idle"): Promise<ChildProcess> {
  const program = "process.title = process.argv[1]; console.log('here'); process.stdin.resume()";
  const child = spawn(process.execPath, ["-e", program, name], { stdio: ["pipe", "pipe", "inherit"] });
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  });
  await once(child.stdout, "data");
  return child;
}

function markOf(child: ChildProcess) {
  return processMark(child.pid ?? 0);
}

describe.skipIf(process.platform !== "linux")("the mark of a process", () => {
  it("is the same at each look, and says that this one is at work", () => {
    const first = processMark(process.pid);
    expect(first).toEqual({ start: expect.stringMatching(/^\d+$/), stopped: false });
    expect(processMark(process.pid)).toEqual(first);
  });

  it("of a process that was told to stop says so until it is told to go on", async () => {
    const child = await idle();
    const before = markOf(child);
    child.kill("SIGSTOP");
    await expect.poll(() => markOf(child), SEEN).toEqual({ ...before, stopped: true });
    child.kill("SIGCONT");
    await expect.poll(() => markOf(child), SEEN).toEqual(before);
  });

  it("tells a later process from an earlier one by its start", async () => {
    const [self, child] = [processMark(process.pid), markOf(await idle())];
    expect(Number(child?.start)).toBeGreaterThan(Number(self?.start));
  });

  it.each(["a b", "x) T 9", ") T (", "((("])("is not fooled by the name %j", async (name) => {
    const child = await idle(name);
    expect(readFileSync(`/proc/${child.pid}/stat`, "utf8")).toContain(`(${name})`);
    const mark = markOf(child);
    expect(mark?.stopped).toBe(false);
    expect(Number(mark?.start)).toBeGreaterThan(Number(processMark(process.pid)?.start));
  });

  it("is none once the process has ended", async () => {
    const child = await idle();
    const exit = once(child, "exit");
    child.stdin?.end();
    await exit;
    expect(markOf(child)).toBeNull();
  });

  it.each([0, -1, 2 ** 31, Number.NaN])("is none of a pid that no process has: %d", (pid) => {
    expect(processMark(pid)).toBeNull();
  });
});
