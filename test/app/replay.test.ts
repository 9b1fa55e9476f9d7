import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { z } from "zod";
import { startListener } from "../../src/app/demo/services.ts";
import { type REPLAY, replay } from "../../src/app/operations/replay.ts";
import { scanNow } from "../../src/app/operations/scan-now.ts";
import { scanJson } from "../../src/report/json/scan.ts";
import { scanView } from "../../src/report/model/scan.ts";
import { openState, RUNTIME, siteOf } from "../support/runtime.ts";
import type { LoadedConfig } from "../../src/config/load.ts";
import type { FinishedReport } from "../../src/pipeline/cycle-report.ts";
import { parseConfig } from "../support/configuration.ts";
import { assertEcsEvent } from "../support/ecs-check.ts";
import { newTempDir, removeChecked, tempDir } from "../support/temp-dir.ts";

const HOST = "127.0.31.1";
const OTHER = "127.0.31.2";
const SIGNAL = new AbortController().signal;

/** A segment of two loopback hosts, scanned four times with a real nmap: learned twice, then things change. */
interface Recorded {
  readonly directory: string;
  readonly loaded: LoadedConfig;
  readonly live: readonly FinishedReport[];
}

let recorded: Recorded;

beforeAll(async () => {
  const directory = newTempDir();
  const loaded = load(directory);
  const live: FinishedReport[] = [];
  const scan = async () => live.push(await scanOnce(loaded, directory));
  const ssh = await startListener(HOST, 8022, { banner: "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n" });
  const mail = await startListener(OTHER, 8025, { banner: "220 mail.example ESMTP Postfix\r\n" });
  await scan();
  await scan();
  const stranger = await startListener(HOST, 4444, { banner: "hello\r\n" });
  await mail.stop();
  await scan();
  await scan();
  await Promise.all([ssh.stop(), stranger.stop()]);
  recorded = { directory, loaded, live };
});

afterAll(() => removeChecked(recorded.directory));

function load(directory: string): LoadedConfig {
  const text = `segment: replayed
targets: [${HOST}, ${OTHER}]
ports: [4444, 8022, 8025]
pace: normal
os_detection: false
baseline: { learn: { scans: 2, at_least: 0s } }
`;
  const loaded = parseConfig(text, { path: null, directory, environment: {}, now: 1 });
  if (!loaded.ok) throw new Error(loaded.error.text);
  return loaded.value;
}

async function scanOnce(loaded: LoadedConfig, directory: string): Promise<FinishedReport> {
  const result = await scanNow(
    siteOf(loaded, join(directory, "state")),
    { profile: "ports", learn: true, learnScans: null, emit: false },
    { signal: SIGNAL },
  );
  if (!result.ok) throw new Error(result.error.what);
  if (result.value.report.state !== "finished") throw new Error("interrupted");
  return result.value.report;
}

type Choice = z.infer<typeof REPLAY>["choice"];

interface More {
  readonly into?: string;
  readonly learnScans?: number;
  readonly choice?: Partial<Choice>;
}

async function replayed(directory: string, more: More = {}) {
  const result = await replay(
    { runtime: RUNTIME, loaded: recorded.loaded, stateDirectory: more.into ?? null },
    {
      archive: join(directory, "state"),
      choice: { ids: [], since: null, last: null, ...more.choice },
      learn: true,
      learnScans: more.learnScans ?? null,
      emit: false,
    },
    { signal: SIGNAL },
  );
  if (!result.ok) throw new Error(result.error.what);
  return result.value;
}

/** A copy of the recorded state whose files a test may damage. */
function copyOfState(): string {
  const directory = tempDir();
  cpSync(join(recorded.directory, "state"), join(directory, "state"), { recursive: true });
  return directory;
}

function archived(directory: string, cycle: number, phase: string): string {
  const folder = join(directory, "state", "raw", recorded.live[cycle]?.cycleId ?? "");
  const name = readdirSync(folder).find((file) => file.includes(phase));
  if (name === undefined) throw new Error(`no ${phase} run in cycle ${cycle}`);
  return join(folder, name);
}

const found = (reports: readonly FinishedReport[]) =>
  reports.map((report) =>
    report.steps.map(({ anomaly, transition }) => ({
      transition,
      kind: anomaly.kind,
      host: anomaly.host?.address,
      port: anomaly.port?.number,
      confirmed: anomaly.confirmed,
      score: anomaly.score.value,
    })),
  );

describe("replay of scans that a real nmap made", () => {
  it("finds what the live cycles found: kind, host, port, confirmation and score", async () => {
    const { cycles } = await replayed(recorded.directory);
    const live = found(recorded.live);
    expect(live.flat()).toContainEqual(
      expect.objectContaining({ kind: "port-opened", host: HOST, port: 4444, confirmed: true }),
    );
    expect(live.flat()).toContainEqual(expect.objectContaining({ kind: "port-closed", host: OTHER, port: 8025 }));
    expect(found(cycles.map((cycle) => cycle.report))).toEqual(live);
    expect(cycles.map((cycle) => cycle.file)).toEqual(recorded.live.map((report) => report.cycleId));
    expect(cycles.map(({ report }) => report.summary)).toEqual(recorded.live.map((report) => report.summary));
  });

  it("gives the JSON of scan --from-xml with the id of the cycle as its file", async () => {
    const { cycles } = await replayed(recorded.directory);
    const json = scanJson(scanView(cycles, { segment: "office", delivery: null }));
    expect(json.cycles[0]).toMatchObject({
      file: recorded.live[0]?.cycleId,
      completeness: "complete",
      verdict: "ok",
      hosts: 2,
      learning: true,
      anomalies: [],
    });
  });

  it("twice: byte-identical events, which pass the ECS check, are tagged, and are not the live ones", async () => {
    const bodies = await Promise.all([1, 2].map(() => eventsOfReplay()));
    expect(bodies[0]).toEqual(bodies[1]);
    const live = new Set((await eventsOf(join(recorded.directory, "state"))).map((body) => JSON.parse(body).event.id));
    for (const body of bodies[0] ?? []) {
      assertEcsEvent(body);
      expect(JSON.parse(body).tags).toContain("replay");
      expect(live.has(JSON.parse(body).event.id)).toBe(false);
    }
    expect(bodies[0]?.length).toBeGreaterThan(4);
  });

  it("changes nothing in the state it reads", async () => {
    const before = await eventsOf(join(recorded.directory, "state"));
    await replayed(recorded.directory);
    expect(await eventsOf(join(recorded.directory, "state"))).toEqual(before);
  });

  it.each([
    ["is missing", (file: string) => rmSync(file), "it is missing"],
    ["is cut off", (file: string) => writeFileSync(file, readFileSync(file).subarray(0, 200)), "cannot be read"],
    ["is another scan's", (file: string, other: string) => writeFileSync(file, readFileSync(other)), "larger|SHA-256"],
  ])("a ports file that %s is health, and nothing is absent because of it", async (_, damage, words) => {
    const directory = copyOfState();
    damage(archived(directory, 2, "ports"), archived(directory, 1, "ports"));
    const { cycles } = await replayed(directory);
    const third = cycles[2]?.report;
    expect(third?.summary.completeness).toBe("failed");
    expect(third?.health[0]?.reason).toMatch(new RegExp(words));
    expect(third?.steps.filter((step) => step.anomaly.kind !== "port-opened")).toEqual([]);
  });

  it("a verify file that is missing makes its cycle partial: the run that is gone may have found what was silent", async () => {
    const directory = copyOfState();
    rmSync(archived(directory, 2, "verify"));
    const { cycles } = await replayed(directory);
    expect(cycles[2]?.report.summary).toMatchObject({ completeness: "partial", problems: ["raw-unreadable"] });
    const opened = cycles[2]?.report.steps.find((step) => step.anomaly.kind === "port-opened");
    expect(opened?.anomaly).toMatchObject({ confirmed: false, port: { number: 4444 } });
    expect(cycles[2]?.report.steps.some((step) => step.anomaly.kind === "port-closed")).toBe(false);
  });

  it("a vantage whose controls failed then proves no absence today, whatever the XML says", async () => {
    const directory = copyOfState();
    const database = new DatabaseSync(join(directory, "state", "tripline.db"));
    const verdict = {
      state: "degraded",
      problems: ["control-failed"],
      reason: "control self-test failed",
      notApplicable: [],
    };
    database.prepare("UPDATE cycle SET vantage = ?").run(JSON.stringify(verdict));
    database.close();
    const { cycles } = await replayed(directory, { learnScans: 1 });
    for (const { report } of cycles) {
      expect(report.summary).toMatchObject({ completeness: "partial", reason: expect.stringContaining("self-test") });
      expect(report.steps.filter((step) => step.anomaly.kind === "port-closed")).toEqual([]);
    }
  });

  it("keeps the times of the cycles", async () => {
    const { cycles } = await replayed(recorded.directory);
    const times = (report: FinishedReport) => [report.startedAt, report.endedAt];
    expect(cycles.map(({ report }) => times(report))).toEqual(recorded.live.map(times));
  });

  it("takes the newest, those since a time, or those that are named", async () => {
    const choose = async (choice: Partial<Choice>) =>
      (await replayed(recorded.directory, { choice })).cycles.map((cycle) => cycle.file);
    const ids = recorded.live.map((report) => report.cycleId);
    expect(await choose({ last: 2 })).toEqual(ids.slice(2));
    expect(await choose({ since: recorded.live[1]?.startedAt ?? 0 })).toEqual(ids.slice(1));
    expect(await choose({ ids: [ids[2] ?? "", ids[0] ?? ""] })).toEqual([ids[0], ids[2]]);
  });

  it.each([
    ["a cycle that is not there", { ids: ["nope"] }, {}, "TL306"],
    ["a time after the last scan", { since: 4_000_000_000_000 }, {}, "TL307"],
    ["the state itself as the store of the replay", {}, { into: "state" }, "TL305"],
    ["--emit without an output", {}, { emit: true }, "TL304"],
  ] as const)("refuses %s with 2", async (_, choice, more, code) => {
    const stateDirectory = "into" in more ? join(recorded.directory, more.into) : null;
    const result = await replay(
      { runtime: RUNTIME, loaded: recorded.loaded, stateDirectory },
      {
        archive: join(recorded.directory, "state"),
        choice: { ids: [], since: null, last: null, ...choice },
        learn: true,
        learnScans: null,
        emit: "emit" in more,
      },
      { signal: SIGNAL },
    );
    expect(result).toMatchObject({ ok: false, error: { exit: 2, code } });
  });
});

async function eventsOfReplay(): Promise<readonly string[]> {
  const directory = tempDir();
  await replayed(recorded.directory, { into: join(directory, "kept") });
  return eventsOf(join(directory, "kept"));
}

async function eventsOf(state: string): Promise<readonly string[]> {
  const opened = openState(state, "read");
  if (!opened.ok) throw new Error(opened.error.what);
  const rows = await opened.value.outbox.readAfter(0, { maxRows: 10_000, maxBytes: 1e9 });
  opened.value.close();
  return rows.map((row) => row.body);
}
