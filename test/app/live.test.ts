import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { startListener } from "../../src/app/demo/services.ts";
import { dryRun } from "../../src/app/operations/dry-run.ts";
import { replay } from "../../src/app/operations/replay.ts";
import { scanLive } from "../../src/app/operations/scan-live.ts";
import { type AskName, askSystem, resolveNames } from "../../src/scan/resolve-names.ts";
import { createRuntime, type OpenState } from "../../src/app/runtime.ts";
import { openState, siteOf } from "../support/runtime.ts";
import type { LoadedConfig } from "../../src/config/load.ts";
import type { FinishedReport } from "../../src/pipeline/cycle-report.ts";
import { parseConfig } from "../support/configuration.ts";
import { tempDir } from "../support/temp-dir.ts";

const SEGMENT = "live";
const noNames: AskName = () => Promise.resolve([]);

function load(directory: string, targets: readonly string[]): LoadedConfig {
  const text = `segment: ${SEGMENT}
targets: ${JSON.stringify(targets)}
ports: [4444, 8022, 8025]
pace: normal
os_detection: false
baseline: { learn: { scans: 2, at_least: 0s } }
`;
  const loaded = parseConfig(text, { path: null, directory, environment: {}, now: 1 });
  if (!loaded.ok) throw new Error(loaded.error.text);
  return loaded.value;
}

async function listen(address: string, port: number): Promise<{ stop(): Promise<void> }> {
  const listener = await startListener(address, port, { banner: "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n" });
  onTestFinished(() => listener.stop().catch(() => undefined));
  return listener;
}

/** A state of its own, closed when the test ends. */
function state(directory: string): OpenState {
  const opened = openState(join(directory, "state"), "write");
  if (!opened.ok) throw new Error(opened.error.what);
  onTestFinished(() => opened.value.close());
  return opened.value;
}

interface Scan {
  readonly directory: string;
  readonly store: OpenState;
  readonly targets: readonly string[];
  readonly only?: readonly string[];
  readonly ask?: AskName;
}

async function scan({ directory, store, targets, only, ask = noNames }: Scan): Promise<FinishedReport> {
  const loaded = load(directory, targets);
  const runtime = createRuntime({ ask });
  const live = runtime.live(loaded, join(directory, "state"));
  if (!live.ok) throw new Error(live.error.what);
  const report = await scanLive(
    { runtime, loaded, store },
    {
      live: live.value,
      profile: "ports",
      learn: true,
      learnScans: null,
      signal: new AbortController().signal,
      only,
    },
  );
  if (!report.ok) throw new Error(report.error.what);
  if (report.value.state !== "finished") throw new Error("interrupted");
  return report.value;
}

const changes = (report: FinishedReport) =>
  report.steps.map(({ anomaly }) => `${anomaly.kind} ${anomaly.host?.address} ${anomaly.port?.number ?? ""}`.trim());

it("a narrowed scan finds what it asked for, concludes nothing about the rest, and is no scan of the segment", async () => {
  const [asked, left] = ["127.0.34.1", "127.0.34.2"];
  const directory = tempDir();
  const at = { directory, store: state(directory), targets: [asked, left] };
  await listen(asked, 8022);
  const closing = await listen(left, 8025);
  await scan(at);
  await scan(at);
  await closing.stop();
  await listen(asked, 4444);
  const narrowed = [];
  for (let i = 0; i < 4; i++) narrowed.push(await scan({ ...at, only: [asked] }));
  expect(narrowed.flatMap(changes)).toEqual([`port-opened ${asked} 4444`]);
  expect(narrowed[0]?.summary).toMatchObject({ completeness: "complete", narrowed: true, hosts: { planned: 1 } });
  const baseline = await at.store.cycles.loadBaseline(SEGMENT);
  const host = [...baseline.hosts.values()].find((known) => known.address === left);
  expect(host).toMatchObject({ current: "up", misses: 0, covered: 2 });
  expect(host?.ports.get("tcp/8025")).toMatchObject({ current: "open", misses: 0 });
  expect(baseline.scans).toBe(2);
  expect((await scan(at)).steps.length + (await scan(at)).steps.length).toBeGreaterThan(0);
  expect(
    (await at.store.history.anomalies({ segment: SEGMENT, states: ["open"], since: null })).map((a) => a.kind),
  ).toContain("port-closed");
});

it("replay knows that a scan was narrowed", async () => {
  const directory = tempDir();
  const at = { directory, store: state(directory), targets: ["127.0.35.1", "127.0.35.2"] };
  await listen("127.0.35.1", 8022);
  await scan({ ...at, only: ["127.0.35.1"] });
  await scan(at);
  const kept = join(tempDir(), "kept");
  const result = await replay(
    siteOf(load(directory, at.targets), kept),
    {
      archive: join(directory, "state"),
      choice: { ids: [], since: null, last: null },
      learn: true,
      learnScans: null,
      emit: false,
    },
    { signal: new AbortController().signal },
  );
  expect(result.ok && result.value.cycles.map(({ report }) => report.summary.narrowed)).toEqual([true, false]);
  const opened = openState(kept, "read");
  if (!opened.ok) throw new Error(opened.error.what);
  expect((await opened.value.cycles.loadBaseline(SEGMENT)).scans).toBe(1);
  opened.value.close();
});

it("a name that does not resolve any more leaves its hosts unmeasured: they are not gone, and it is told each time", async () => {
  const [plain, named] = ["127.0.36.1", "127.0.36.2"];
  const directory = tempDir();
  const store = state(directory);
  await listen(plain, 8022);
  await listen(named, 8025);
  await scan({ directory, store, targets: [plain, named] });
  await scan({ directory, store, targets: [plain, named] });
  const later = [];
  for (let i = 0; i < 4; i++) later.push(await scan({ directory, store, targets: [plain, "db.internal"] }));
  for (const report of later) {
    expect(report.steps).toEqual([]);
    expect(report.summary).toMatchObject({ completeness: "partial", problems: ["target-unresolved"] });
    expect(report.health[0]).toMatchObject({
      kind: "scan-partial",
      reason: "db.internal: the name could not be resolved; its hosts were not measured",
    });
  }
  const baseline = await store.cycles.loadBaseline(SEGMENT);
  expect([...baseline.hosts.values()].map((host) => [host.address, host.current, host.misses])).toEqual([
    [plain, "up", 0],
    [named, "up", 0],
  ]);
  expect(baseline.scans).toBe(6);
});

it("when no name resolves the scan has failed and says why; nothing is learned from it", async () => {
  const directory = tempDir();
  const report = await scan({ directory, store: state(directory), targets: ["db.internal"] });
  expect(report.summary).toMatchObject({ completeness: "failed", reason: expect.stringContaining("db.internal") });
  expect(report.health[0]?.kind).toBe("scan-failed");
});

it("each name is asked once per cycle, and never stands for this machine", async () => {
  const directory = tempDir();
  const asked: string[] = [];
  const ask: AskName = (name) => {
    asked.push(name);
    return Promise.resolve(["127.0.0.1"]);
  };
  const report = await scan({ directory, store: state(directory), targets: ["Evil.Internal", "evil.internal"], ask });
  expect(asked).toEqual(["evil.internal"]);
  expect(report.summary.reason).toContain("resolves to 127.0.0.1, which is outside the scope");
  expect(readdirSync(join(directory, "state", "raw"))).toEqual([]);
});

it("names are resolved as every program of this machine resolves them: the hosts file first", async () => {
  expect(await askSystem("localhost")).toContain("127.0.0.1");
});

it("a resolver that fails is a name without an answer", async () => {
  expect([
    ...(await resolveNames(["a.test", "b.test"], (name) =>
      name === "a.test" ? Promise.reject(new Error("SERVFAIL")) : Promise.resolve(["192.0.2.1"]),
    )),
  ]).toEqual([
    ["a.test", []],
    ["b.test", ["192.0.2.1"]],
  ]);
});

it("a dry run gives nmap's command line for each shard with an estimate, and leaves nothing behind", async () => {
  const directory = tempDir();
  const loaded = load(directory, ["127.0.37.0/23"]);
  const result = await dryRun(siteOf(loaded, join(directory, "state")), { profile: "ports" });
  if (!result.ok) throw new Error(result.error.what);
  expect(result.value).toMatchObject({ addresses: 512, segment: SEGMENT, notes: [] });
  expect(result.value.shards.map(({ shard, addresses, ports }) => ({ shard, addresses, ports }))).toEqual([
    { shard: 0, addresses: 256, ports: 3 },
    { shard: 1, addresses: 256, ports: 3 },
  ]);
  const argv = result.value.shards[0]?.argv ?? [];
  expect(argv[0]).toBe("nmap");
  expect(argv.slice(argv.indexOf("-p"), argv.indexOf("-p") + 2)).toEqual(["-p", "T:4444,8022,8025"]);
  expect(argv.slice(argv.indexOf("--") + 1)).toHaveLength(256);
  expect(result.value.estimate.packets).toBeGreaterThanOrEqual(512 * 3);
  expect(readdirSync(directory)).toEqual([]);
});

it("a dry run of a part asks what is known to be open there, too", async () => {
  const directory = tempDir();
  const store = state(directory);
  await listen("127.0.38.1", 8022);
  await scan({ directory, store, targets: ["127.0.38.1"] });
  const loaded = parseConfig(`segment: ${SEGMENT}\ntargets: [127.0.38.0/24]\nports: [80]\n`, {
    path: null,
    directory,
    environment: {},
    now: 1,
  });
  if (!loaded.ok) throw new Error(loaded.error.text);
  const site = siteOf(loaded.value, join(directory, "state"));
  const part = await dryRun(site, { profile: "ports", only: ["127.0.38.1"] });
  expect(part.ok && part.value.shards[0]?.argv).toContain("T:80,8022");
  expect(await dryRun(site, { profile: "ports", only: ["127.0.39.1"] })).toMatchObject({
    ok: false,
    error: { exit: 2, code: "TL122" },
  });
});
