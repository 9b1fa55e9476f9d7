import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { startListener } from "../../src/app/demo/services.ts";
import { openState } from "../support/runtime.ts";
import { freePort } from "../support/ports.ts";
import { tempDir } from "../support/temp-dir.ts";
import { PATIENCE_MS } from "../support/patience.ts";

const BIN = join(import.meta.dirname, "../../bin/tripline.cjs");
const [FIRST, SECOND] = ["127.0.41.1", "127.0.41.2"];

function config(directory: string, targets: readonly string[], more = "", every = "1s"): string {
  const file = join(directory, "tripline.yaml");
  writeFileSync(
    file,
    `segment: reload
targets: ${JSON.stringify(targets)}
ports: [8022]
pace: normal
os_detection: false
every: ${every}
${more}`,
  );
  return file;
}

interface RunningAgent {
  readonly process: ChildProcess;
  readonly log: () => string;
}

/** A real agent, ended with the test. */
function startAgent(file: string, ...more: string[]): RunningAgent {
  const child = spawn(process.execPath, [BIN, "run", ...more, "-c", file], { stdio: ["ignore", "ignore", "pipe"] });
  const exited = once(child, "exit");
  let log = "";
  child.stderr.on("data", (chunk: Buffer) => (log += chunk.toString()));
  onTestFinished(async () => {
    child.kill("SIGTERM");
    await exited;
  });
  return { process: child, log: () => log };
}

async function status(file: string): Promise<{ code: number | null; out: string }> {
  const child = spawn(process.execPath, [BIN, "status", "--json", "-c", file], { stdio: ["ignore", "pipe", "ignore"] });
  let out = "";
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  const [code] = await once(child, "close");
  return { code: typeof code === "number" ? code : null, out };
}

/** Asks until the answer is there; the limit only ends a test that would hang. */
async function until<T>(agent: RunningAgent, what: string, ask: () => Promise<T | null> | T | null): Promise<T> {
  const end = performance.now() + PATIENCE_MS / 4;
  while (performance.now() < end) {
    const answer = await ask();
    if (answer !== null) return answer;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${what} did not happen; the agent said:\n${agent.log()}`);
}

async function addresses(directory: string): Promise<readonly string[]> {
  const opened = openState(join(directory, ".tripline"), "read");
  if (!opened.ok) return [];
  try {
    return [...(await opened.value.cycles.loadBaseline("reload")).hosts.values()].map((host) => host.address);
  } finally {
    opened.value.close();
  }
}

async function events(directory: string, action: string): Promise<readonly string[]> {
  const opened = openState(join(directory, ".tripline"), "read");
  if (!opened.ok) throw new Error(opened.error.what);
  const rows = await opened.value.outbox.readAfter(0, { maxRows: 10_000, maxBytes: 1e9 });
  opened.value.close();
  return rows.map((row) => row.body).filter((body) => JSON.parse(body).event.action === action);
}

const cyclesIn = (log: string) => log.split("cycle finished").length - 1;

it("SIGHUP: a good configuration is in force from the next cycle, a bad one changes nothing and is shown", async () => {
  const directory = tempDir();
  const listeners = await Promise.all(
    [FIRST, SECOND].map((host) => startListener(host, 8022, { banner: "SSH-2.0-OpenSSH_9.2\r\n" })),
  );
  onTestFinished(async () => void (await Promise.all(listeners.map((one) => one.stop()))));
  const port = await freePort();
  const web = `web: { listen: "127.0.0.1:${port}" }\n`;
  const health = async (page: string) => (await fetch(`http://127.0.0.1:${port}/${page}`)).text();
  const file = config(directory, [FIRST], web);
  const agent = startAgent(file);
  await until(agent, "a first cycle", () => (cyclesIn(agent.log()) > 0 ? true : null));
  expect(await addresses(directory)).toEqual([FIRST]);

  config(directory, [FIRST, SECOND], `${web}labels: { site: fra }\n`);
  agent.process.kill("SIGHUP");
  await until(agent, "the second host", async () => ((await addresses(directory)).includes(SECOND) ? true : null));
  expect(agent.log()).toContain("configuration loaded; it takes effect from the next cycle");
  expect(await events(directory, "config-loaded")).toHaveLength(1);

  config(directory, ["10.0.0.0/33"], "outputs: { kafak: {} }\n");
  agent.process.kill("SIGHUP");
  await until(agent, "the rejection", () => (agent.log().includes("configuration rejected") ? true : null));
  expect(agent.log()).toContain(`${file}:2:11  targets.0: prefix length must be 0-32, got \\"/33\\"`);
  expect(agent.log()).toContain(
    `${file}:7:12  outputs.kafak: an output that is not named after its kind needs kind: file, stdout, kafka or elasticsearch (did you mean \\"kafka\\"?)`,
  );
  const before = cyclesIn(agent.log());
  await until(agent, "further cycles", () => (cyclesIn(agent.log()) > before + 1 ? true : null));
  expect(agent.process.exitCode).toBeNull();
  expect(JSON.parse(await health("healthz"))).toEqual({
    ok: true,
    reason: expect.stringContaining("configuration rejected, the previous one stays in effect"),
  });
  expect(await health("metrics")).toContain("tripline_config_last_reload_successful 0\n");
  expect((await events(directory, "config-rejected")).map((body) => JSON.parse(body).message)).toEqual([
    expect.stringContaining("rejected a new configuration"),
  ]);

  // The file is repaired, but nobody told the agent yet.
  config(directory, [FIRST, SECOND], web);
  const told = await status(file);
  expect(told.code).toBe(3);
  expect(JSON.parse(told.out).rejectedConfig.reason).toContain("prefix length must be 0-32");
  agent.process.kill("SIGHUP");
  await until(agent, "the repair", async () => ((await events(directory, "config-loaded")).length === 2 ? true : null));
  expect(JSON.parse((await status(file)).out).rejectedConfig).toBeNull();
  expect(JSON.parse(await health("healthz")).reason).toBe("the store answers");
});

it("SIGHUP: outputs and schedule are taken over, and no event is lost between the former and the new output", async () => {
  const directory = tempDir();
  const listener = await startListener(FIRST, 8023, { banner: "SSH-2.0-OpenSSH_9.2\r\n" });
  onTestFinished(() => listener.stop());
  const file = config(directory, [FIRST], "outputs: { file: { path: first.ndjson } }\n");
  const agent = startAgent(file, "--no-web");
  await until(agent, "a first cycle", () => (cyclesIn(agent.log()) > 0 ? true : null));
  config(directory, [FIRST], "outputs: { file: { path: second.ndjson } }\n");
  agent.process.kill("SIGHUP");
  await until(agent, "the reload", () => (agent.log().includes("configuration loaded") ? true : null));
  const before = cyclesIn(agent.log());
  await until(agent, "further cycles", () => (cyclesIn(agent.log()) > before + 1 ? true : null));
  agent.process.kill("SIGTERM");
  await once(agent.process, "exit");
  const written = ["first.ndjson", "second.ndjson"].map((name) =>
    readFileSync(join(directory, name), "utf8")
      .trimEnd()
      .split("\n")
      .map((line): string => JSON.parse(line).event.id),
  );
  const opened = openState(join(directory, ".tripline"), "read");
  if (!opened.ok) throw new Error(opened.error.what);
  const rows = await opened.value.outbox.readAfter(0, { maxRows: 10_000, maxBytes: 1e9 });
  opened.value.close();
  expect(written.map((ids) => ids.length > 0)).toEqual([true, true]);
  expect(written.flat()).toEqual(rows.map((row) => row.id));
});

it("SIGHUP: an output comes, another goes, and the one that stays under its name misses nothing", async () => {
  const directory = tempDir();
  const file = config(
    directory,
    [FIRST],
    "outputs: { file: { path: stays.ndjson }, gone: { kind: file, path: gone.ndjson } }\n",
  );
  const agent = startAgent(file, "--no-web");
  await until(agent, "a first cycle", () => (cyclesIn(agent.log()) > 0 ? true : null));
  config(directory, [FIRST], "outputs: { file: { path: stays.ndjson }, came: { kind: file, path: came.ndjson } }\n");
  agent.process.kill("SIGHUP");
  await until(agent, "the reload", () => (agent.log().includes("configuration loaded") ? true : null));
  const before = cyclesIn(agent.log());
  await until(agent, "further cycles", () => (cyclesIn(agent.log()) > before + 1 ? true : null));
  agent.process.kill("SIGTERM");
  await once(agent.process, "exit");
  const [stays = [], gone = [], came = []] = ["stays", "gone", "came"].map((name) =>
    readFileSync(join(directory, `${name}.ndjson`), "utf8")
      .trimEnd()
      .split("\n"),
  );
  expect([...gone, ...came]).toEqual(stays);
  const told: { readonly outputs: readonly unknown[] } = JSON.parse((await status(file)).out);
  expect(told.outputs).toMatchObject([
    { name: "came", waiting: 0 },
    { name: "file", waiting: 0 },
    { name: "gone", waiting: came.length },
  ]);
});

it("SIGHUP: declarations that changed are compared with the last scan at once, without another one", async () => {
  const directory = tempDir();
  const host = "127.0.41.3";
  const listener = await startListener(host, 8022, { banner: "SSH-2.0-OpenSSH_9.2\r\n" });
  onTestFinished(() => listener.stop());
  const declare = (port: number) =>
    writeFileSync(join(directory, "hosts.csv"), `host,port,proto\n${host},${port},tcp\n`);
  declare(8022);
  const file = config(directory, [host], "declared: [{ inventory: hosts.csv }]\n", "1h");
  const agent = startAgent(file, "--no-web");
  await until(agent, "the only cycle", () => (cyclesIn(agent.log()) > 0 ? true : null));
  declare(8023);
  agent.process.kill("SIGHUP");
  const found = await until(agent, "the finding", async () => {
    const [body] = await events(directory, "undeclared-port");
    return body === undefined ? null : JSON.parse(body);
  });
  expect(found).toMatchObject({
    event: { kind: "alert" },
    host: { ip: [host] },
    destination: { port: 8022 },
    tripline: { evaluation: { cause: "declarations-changed" }, scan: { completeness: "complete" } },
  });
  expect(agent.log()).toContain("the declarations changed; the last scan was compared with them");
  declare(8022);
  agent.process.kill("SIGHUP");
  const states = await until(agent, "its end", async () => {
    const all = (await events(directory, "undeclared-port")).map((body) => JSON.parse(body).tripline.anomaly.state);
    return all.length > 1 ? all : null;
  });
  expect(states).toEqual(["open", "resolved"]);
  expect(cyclesIn(agent.log())).toBe(1);
});
