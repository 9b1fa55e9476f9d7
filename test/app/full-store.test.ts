import { spawn } from "node:child_process";
import { once } from "node:events";
import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, it, onTestFinished } from "vitest";
import { openState } from "../support/runtime.ts";
import { installedNmap } from "../nse/nmap.ts";
import { cycleCommit, event } from "../store/support/samples.ts";
import { describeWith } from "../support/availability.ts";
import { tempDirOfMadeUpEvents } from "../support/temp-dir.ts";

const BIN = join(import.meta.dirname, "../../bin/tripline.cjs");
const WAITING = 100;

/** A state whose outbox holds events that nobody has taken yet, up to the last page that is allowed. */
async function fullState(): Promise<{ readonly config: string; readonly database: string }> {
  const directory = tempDirOfMadeUpEvents();
  const database = join(directory, ".tripline", "tripline.db");
  const opened = openState(join(directory, ".tripline"), "write");
  if (!opened.ok) throw new Error(opened.error.what);
  await opened.value.outbox.registerSink({ name: "file", kind: "file", backfill: true });
  await opened.value.outbox.setSinkState("file", { state: "disabled", reason: null, attempt: 0, at: 0 });
  const events = Array.from({ length: WAITING }, (_, i) => event(`e${i}`, JSON.stringify({ pad: "x".repeat(2000) })));
  await opened.value.cycles.commitCycle(cycleCommit("c0", { events }));
  opened.value.close();
  const config = join(directory, "tripline.yaml");
  const text = `segment: full
targets: [127.0.43.1]
ports: [8043]
os_detection: false
every: 1s
store: { max_size: ${statSync(database).size + 8192}B }
`;
  writeFileSync(config, text);
  return { config, database };
}

function startAgent(config: string) {
  const args = [BIN, "run", "--no-web", "--log-format", "json", "-c", config];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"] });
  const exited = once(child, "exit");
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await exited;
  });
  const lines: string[] = [];
  child.stderr.on("data", (chunk: Buffer) => lines.push(chunk.toString()));
  const saying = async (what: string) => {
    while (!lines.join("").includes(what)) {
      if (child.exitCode !== null) throw new Error(`the agent ended:\n${lines.join("")}`);
      await once(child.stderr, "data");
    }
  };
  return { child, saying, forget: () => void lines.splice(0) };
}

describeWith(installedNmap(), "an agent whose store is full", () => {
  it("tells each refused cycle with the fix, loses nothing, and goes on as soon as there is room", async () => {
    const { config, database } = await fullState();
    const { child, saying, forget } = startAgent(config);
    await saying('"code":"TL414"');
    expect(child.exitCode).toBeNull();

    const beside = new DatabaseSync(database, { timeout: 5000 });
    const count = (sql: string) => beside.prepare(`SELECT count(*) AS n FROM ${sql}`).get()?.["n"];
    const waiting = "outbox WHERE event_id GLOB 'e[0-9]*' AND length(event_id) < 4";
    expect(count(waiting)).toBe(WAITING);
    const finished = count("cycle WHERE state = 'done'");
    forget();
    beside.exec("DELETE FROM outbox WHERE seq <= 80");
    await saying('"msg":"cycle finished"');
    expect(count(waiting)).toBe(WAITING - 80);
    expect(count("cycle WHERE state = 'done'")).toBeGreaterThan(Number(finished));
    expect(count("host")).toBe(1);
    beside.close();
  });
});
