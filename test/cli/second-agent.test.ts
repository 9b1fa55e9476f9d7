import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join, resolve } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { openState } from "../support/runtime.ts";
import { installedNmap } from "../nse/nmap.ts";
import { describeWith } from "../support/availability.ts";
import { directoryWith, run } from "./command-line.ts";

const CONFIG = `segment: office
targets: [127.0.33.1]
ports: [4444]
os_detection: false
every: 1h
baseline: { learn: { scans: 1, at_least: 0s } }
`;

/** An agent as a process that has finished its first cycle and now waits for the next. */
async function agentIn(directory: string): Promise<ChildProcess> {
  const bin = resolve("bin/tripline.cjs");
  const child = spawn(process.execPath, [bin, "run", "--no-web", "-c", join(directory, "tripline.yaml")], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const gone = once(child, "exit");
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await gone;
  });
  let log = "";
  return new Promise((done, failed) => {
    child.once("exit", () => failed(new Error(`the agent ended: ${log}`)));
    child.stderr.on("data", (chunk: Buffer) => {
      log += chunk.toString();
      if (log.includes("cycle finished")) done(child);
    });
  });
}

it("a command that writes is no agent to status, which names it", async () => {
  const directory = directoryWith({ "tripline.yaml": CONFIG });
  const opened = openState(join(directory, ".tripline"), "write");
  if (!opened.ok) throw new Error(opened.error.what);
  onTestFinished(() => opened.value.close());
  const { code, out } = await run(["status", "-c", "tripline.yaml"], directory);
  expect(code).toBe(3);
  expect(out).toContain(`not running; a command works on the state, pid ${process.pid}`);
  expect(out).toMatch(/problems +no agent runs/);
  expect(await run(["status", "-q", "-c", "tripline.yaml"], directory)).toMatchObject({ code: 3, out: "", err: "" });
});

describeWith(installedNmap(), "a second agent on the same state", () => {
  it("is refused with 78, the pid of the first and the way out; the first goes on", async () => {
    const directory = directoryWith({ "tripline.yaml": CONFIG });
    const first = await agentIn(directory);
    const { code, err } = await run(["run", "--no-web", "-c", "tripline.yaml"], directory);
    expect(code).toBe(78);
    expect(err).toContain(`pid ${first.pid}`);
    expect(err).toMatch(/effect [^]*fix /);
    expect(first.exitCode).toBeNull();
  });

  it("is alive to status as long as it works: not when it is stopped, and not after kill -9", async () => {
    const directory = directoryWith({ "tripline.yaml": CONFIG });
    const agent = await agentIn(directory);
    const ask = async () => {
      const loud = await run(["status", "--json", "-c", "tripline.yaml"], directory);
      const quiet = await run(["status", "--quiet", "-c", "tripline.yaml"], directory);
      expect([quiet.out, quiet.err]).toEqual(["", ""]);
      const { agent: shown, notWell } = JSON.parse(loud.out);
      return { codes: [loud.code, quiet.code], shown, notWell };
    };
    const shown = { pid: agent.pid, since: expect.any(Number), stopped: false, sinceIso: expect.any(String) };
    expect(await ask()).toEqual({ codes: [0, 0], shown, notWell: [] });
    agent.kill("SIGSTOP");
    const stopped = ["the agent is stopped and does nothing until SIGCONT"];
    expect(await ask()).toEqual({ codes: [3, 3], shown: { ...shown, stopped: true }, notWell: stopped });
    agent.kill("SIGKILL");
    await once(agent, "exit");
    expect(await ask()).toEqual({ codes: [3, 3], shown: null, notWell: ["no agent runs"] });
  });

  it("may read what the first knows while it works", async () => {
    const directory = directoryWith({ "tripline.yaml": CONFIG });
    await agentIn(directory);
    for (const command of ["status", "anomalies list", "hosts", "outbox status", "baseline show"]) {
      const { code, out, err } = await run([...command.split(" "), "-c", "tripline.yaml"], directory);
      expect({ command, code, err }).toEqual({ command, code: 0, err: "" });
      expect(out).not.toBe("");
    }
  });

  it("takes over as soon as the first is gone, also when that was killed", async () => {
    const directory = directoryWith({ "tripline.yaml": CONFIG });
    const first = await agentIn(directory);
    first.kill("SIGKILL");
    await once(first, "exit");
    expect(await run(["scan", "-c", "tripline.yaml"], directory)).toMatchObject({
      code: 0,
      out: expect.stringContaining("no changes"),
    });
  });
});
