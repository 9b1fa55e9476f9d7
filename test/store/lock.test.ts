import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { type LockRole, lockHolder, takeLock } from "../../src/store/lock.ts";
import { processMark } from "../../src/store/process-mark.ts";
import { PATIENCE_MS } from "../support/patience.ts";
import { tempDir } from "../support/temp-dir.ts";
import { NOW } from "./support/temp-store.ts";

const HOLDER = fileURLToPath(new URL("./support/lock-holder.ts", import.meta.url));
const SEEN = { timeout: PATIENCE_MS, interval: 5 };
const linux = process.platform === "linux";

interface Holder {
  readonly process: ChildProcess;
  readonly pid: number;
  /** `held`, or the code of the refusal. */
  readonly said: string;
}

/** Another process that takes the lock and keeps it; killed when the test ends. */
async function holderOf(directory: string, role: LockRole = "agent"): Promise<Holder> {
  const child = spawn(process.execPath, [HOLDER, directory, String(NOW), role], { stdio: ["pipe", "pipe", "inherit"] });
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  });
  const [said]: readonly unknown[] = await once(child.stdout, "data");
  return { process: child, pid: child.pid ?? 0, said: String(said).trim() };
}

async function ended({ process: child }: Holder, end: (child: ChildProcess) => void): Promise<void> {
  const exit = once(child, "exit");
  end(child);
  await exit;
}

/** A state directory as `prepareDirectory` leaves it. */
function stateDirectory(): string {
  const directory = tempDir();
  mkdirSync(join(directory, "work"));
  return directory;
}

function wish(role: LockRole = "command") {
  return { pid: process.pid, since: NOW, role };
}

describe("a lock that another process holds", () => {
  it.each(["agent", "command"] as const)("is refused with the pid of that %s and since when", async (role) => {
    const directory = stateDirectory();
    const holder = await holderOf(directory, role);
    expect(lockHolder(directory)).toEqual({ pid: holder.pid, since: NOW, role, stopped: false });
    const refused = takeLock(directory, wish());
    expect(refused).toMatchObject({ ok: false, error: { code: "TL405", exit: 78 } });
    if (!refused.ok) expect(refused.error.what).toContain(`pid ${holder.pid} since 2025-10-09T08:53:20.000Z`);
  });

  it("leaves the hint of its holder as it is when somebody else is refused", async () => {
    const directory = stateDirectory();
    await holderOf(directory);
    const hint = readFileSync(hintOf(directory), "utf8");
    expect(takeLock(directory, wish()).ok).toBe(false);
    expect(readFileSync(hintOf(directory), "utf8")).toBe(hint);
  });

  it.runIf(linux)("is still held by one that was told to stop, which is said until it goes on", async () => {
    const directory = stateDirectory();
    const holder = await holderOf(directory);
    holder.process.kill("SIGSTOP");
    await expect.poll(() => lockHolder(directory), SEEN).toMatchObject({ pid: holder.pid, stopped: true });
    expect(takeLock(directory, wish())).toMatchObject({ ok: false, error: { code: "TL405" } });
    holder.process.kill("SIGCONT");
    await expect.poll(() => lockHolder(directory), SEEN).toMatchObject({ pid: holder.pid, stopped: false });
  });

  it.runIf(linux)("is free when one that was told to stop is killed", async () => {
    const directory = stateDirectory();
    const holder = await holderOf(directory);
    holder.process.kill("SIGSTOP");
    await expect.poll(() => lockHolder(directory)?.stopped, SEEN).toBe(true);
    await ended(holder, (child) => child.kill("SIGKILL"));
    expect(lockHolder(directory)).toBeNull();
    expect(taken(directory)).toMatchObject({ pid: process.pid, stopped: false });
  });

  it.each<[string, (child: ChildProcess) => void]>([
    ["ends by itself", (child) => child.stdin?.end()],
    ["is killed with -9", (child) => child.kill("SIGKILL")],
  ])("is free when its holder %s, although the hint stays", async (_, end) => {
    const directory = stateDirectory();
    const holder = await holderOf(directory);
    await ended(holder, end);
    expect(JSON.parse(readFileSync(hintOf(directory), "utf8"))).toMatchObject({ pid: holder.pid });
    expect(lockHolder(directory)).toBeNull();
    expect(taken(directory)).toMatchObject({ pid: process.pid });
  });

  it("is had by one alone of several who want it at once", async () => {
    const directory = stateDirectory();
    const holders = await Promise.all([1, 2, 3].map(() => holderOf(directory)));
    expect(holders.map(({ said }) => said).toSorted()).toEqual(["TL405", "TL405", "held"]);
    const winner = holders.find(({ said }) => said === "held");
    expect(lockHolder(directory)?.pid).toBe(winner?.pid);
  });
});

describe("a look at the lock", () => {
  it("changes nothing where nobody ever took it", () => {
    const directory = stateDirectory();
    expect(lockHolder(directory)).toBeNull();
    expect(readdirSync(directory)).toEqual(["work"]);
  });

  it("does not keep anybody from taking it", () => {
    const directory = stateDirectory();
    taken(directory, "agent").release();
    for (let n = 0; n < 20; n++) {
      expect(lockHolder(directory)).toBeNull();
      const lock = taken(directory, "agent");
      expect(lockHolder(directory)).toMatchObject({ role: "agent" });
      lock.release();
    }
  });

  it.each<[string, string | null, object]>([
    ["there is none", null, { pid: null, since: null, role: "agent" }],
    ["it is cut", '{"pid":4711,"sin', { pid: null, since: null, role: "agent" }],
    ["it is empty", "", { pid: null, since: null, role: "agent" }],
    ["it is a list", "[4711]", { pid: null, since: null, role: "agent" }],
    ["its pid is no pid", '{"pid":0,"since":1}', { pid: null, since: null, role: "agent" }],
    ["its pid is text", '{"pid":"1","since":1}', { pid: null, since: null, role: "agent" }],
    ["its role is unknown", '{"pid":4711,"since":1,"role":"king"}', { pid: null, since: null, role: "agent" }],
    ["it is of an older version", `{"pid":${process.pid},"since":7}`, { pid: process.pid, since: 7, role: "agent" }],
    [
      "a later version says more",
      `{"pid":${process.pid},"since":7,"role":"command","start":null,"host":"a"}`,
      { pid: process.pid, since: 7, role: "command" },
    ],
  ])("says what the hint says; when %s, the lock is held all the same", (_, hint, expected) => {
    const directory = stateDirectory();
    taken(directory);
    if (hint === null) rmSync(hintOf(directory));
    else writeFileSync(hintOf(directory), hint);
    expect(lockHolder(directory)).toEqual({ ...expected, stopped: false });
    expect(takeLock(directory, wish())).toMatchObject({ ok: false, error: { code: "TL405" } });
  });

  it.runIf(linux)("never calls a process stopped that merely has the pid of the holder now", async () => {
    const directory = stateDirectory();
    taken(directory);
    const other = await holderOf(stateDirectory());
    other.process.kill("SIGSTOP");
    await expect.poll(() => processMark(other.pid)?.stopped, SEEN).toBe(true);
    writeFileSync(hintOf(directory), JSON.stringify({ pid: other.pid, since: NOW, role: "agent", start: "1" }));
    expect(lockHolder(directory)).toEqual({ pid: null, since: NOW, role: "agent", stopped: false });
  });
});

describe("taking the lock", () => {
  it("leaves a hint that only this user may read, and a lock file that stays when it is released", () => {
    const directory = stateDirectory();
    taken(directory).release();
    expect(statSync(hintOf(directory)).mode & 0o777).toBe(0o600);
    expect(readdirSync(directory).toSorted()).toEqual(["agent.lock", "work"]);
  });

  it("that cannot write its hint fails aloud and holds nothing", () => {
    const directory = tempDir();
    expect(() => takeLock(directory, wish())).toThrow("ENOENT");
    mkdirSync(join(directory, "work"));
    expect(taken(directory)).toMatchObject({ pid: process.pid });
  });
});

/** Takes the lock until the test ends; who holds it then. */
function taken(directory: string, role: LockRole = "command") {
  const lock = takeLock(directory, wish(role));
  if (!lock.ok) throw new Error(lock.error.what);
  let held = true;
  const release = (): void => {
    if (held) lock.value.release();
    held = false;
  };
  onTestFinished(release);
  return { ...lockHolder(directory), release };
}

function hintOf(directory: string): string {
  return join(directory, "work", "agent.json");
}
