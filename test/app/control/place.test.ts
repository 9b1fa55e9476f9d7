import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  renameSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { placeFor, socketIn } from "../../../src/app/control/place.ts";
import { statusOf } from "../../../src/app/operations/status.ts";
import type { Runtime } from "../../../src/app/runtime.ts";
import { parseConfig } from "../../support/configuration.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { OPERATOR, runningAgent } from "./running-agent.ts";

const isRoot = process.geteuid?.() === 0;

/** An agent that a service manager gave a directory for its socket. */
function inDirectory(runtimeDirectory: string) {
  return runningAgent({ around: (runtime: Runtime) => ({ ...runtime, runtimeDirectory }) });
}

/** A socket that its process did not take away, because it was killed. */
async function staleSocket(path: string): Promise<void> {
  const script = `require("net").createServer().listen(${JSON.stringify(path)}, () => process.stdout.write("x"))`;
  const child = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  const gone = once(child, "exit");
  await once(child.stdout, "data");
  child.kill("SIGKILL");
  await gone;
}

describe("the place of the control socket", () => {
  it("is the state directory with mode 0600, or the runtime directory with mode 0660", async () => {
    const own = await runningAgent();
    expect([own.socket, lstatSync(own.socket).mode & 0o777]).toEqual([socketIn(own.state), 0o600]);
    const directory = tempDir();
    const shared = await inDirectory(directory);
    expect([shared.socket, lstatSync(shared.socket).mode & 0o777]).toEqual([socketIn(directory), 0o660]);
    expect(await shared.ask("learn", OPERATOR)).toMatchObject({ ok: true });
  });

  it("may have 100 bytes and no more, because a socket address has no room for them", () => {
    const long = (bytes: number) => `/${"d".repeat(bytes - "/control.sock".length - 1)}`;
    expect(placeFor(long(100), "/")).toMatchObject({ ok: true });
    const what = expect.stringContaining("has 101 bytes; at most 100 are possible");
    expect(placeFor(long(101), "/")).toMatchObject({ ok: false, error: { code: "TL430", exit: 78, what } });
  });

  it("outlives a state directory that is moved away under the agent: that request is answered, the next one done", async () => {
    const agent = await inDirectory(tempDir());
    renameSync(agent.state, `${agent.state}-away`);
    // A cycle that runs meanwhile would make the directory again; in a loop of links it cannot.
    symlinkSync(agent.state, agent.state);
    expect(await agent.ask("learn", OPERATOR)).toMatchObject({ ok: false, error: { code: "TL445" } });
    unlinkSync(agent.state);
    renameSync(`${agent.state}-away`, agent.state);
    expect(await agent.ask("learn", OPERATOR)).toMatchObject({ ok: true });
  });

  it("is taken over from an agent that was killed", async () => {
    const directory = tempDir();
    await staleSocket(socketIn(directory));
    expect(existsSync(socketIn(directory))).toBe(true);
    const agent = await inDirectory(directory);
    expect(await agent.ask("learn", OPERATOR)).toMatchObject({ ok: true });
  });

  it.each<[string, RegExp, (directory: string) => void | Promise<void>]>([
    ["a file", /is not a socket/, (directory) => writeFileSync(socketIn(directory), "precious")],
    ["a directory", /is not a socket/, (directory) => mkdirSync(socketIn(directory))],
    ["a symbolic link", /is a symbolic link/, (directory) => symlinkSync("/dev/null", socketIn(directory))],
    ["a directory where others may replace it", /lets others replace/, (directory) => chmodSync(directory, 0o777)],
    [
      "a socket on which somebody listens",
      /another process listens/,
      async (directory) => {
        const server = createServer().listen(socketIn(directory));
        await once(server, "listening");
        onTestFinished(() => void server.close());
      },
    ],
    ...(isRoot
      ? [
          [
            "a socket of another user",
            /belongs to user 12345/,
            async (directory: string) => {
              await staleSocket(socketIn(directory));
              chownSync(socketIn(directory), 12_345, 12_345);
            },
          ] as const satisfies [string, RegExp, (directory: string) => Promise<void>],
        ]
      : []),
  ])("is left alone when there is %s: the agent works without it and says so", async (_, why, occupy) => {
    const directory = tempDir();
    await occupy(directory);
    const before = lstatSync(directory, {}).isDirectory() && lstatSync(socketIn(directory), { throwIfNoEntry: false });
    const agent = await inDirectory(directory);
    expect(agent.agent.controlSocket).toBeNull();
    expect(agent.log.find((line) => line.includes("TL431"))).toMatch(why);
    const after = lstatSync(socketIn(directory), { throwIfNoEntry: false });
    expect(after?.ino).toBe(before === false ? undefined : before?.ino);
    const { control } = await statusIn(agent.state, agent.runtime);
    expect(control).toEqual({ socket: null, reason: expect.stringMatching(why) });
  });

  it("is free again when the agent has stopped", async () => {
    const agent = await runningAgent();
    agent.stop();
    await agent.agent.stopped;
    expect([agent.socket, join(agent.state, "work", "control.json")].map((path) => existsSync(path))).toEqual([
      false,
      false,
    ]);
    expect(await agent.ask("learn", OPERATOR)).toBeNull();
  });
});

async function statusIn(stateDirectory: string, runtime: Runtime) {
  const loaded = parseConfig("segment: ops\ntargets: [127.0.78.1]\n", {
    path: null,
    directory: stateDirectory,
    environment: {},
    now: 1,
  });
  const opened = runtime.openState(stateDirectory, "read");
  if (!opened.ok || !loaded.ok) throw new Error("the state cannot be read");
  try {
    return await statusOf({ runtime, loaded: loaded.value, stateDirectory, store: opened.value });
  } finally {
    opened.value.close();
  }
}
