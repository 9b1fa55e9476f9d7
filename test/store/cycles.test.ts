import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import type { DeclaredState } from "../../src/domain/declaration.ts";
import type { ScanSummary } from "../../src/domain/cycle.ts";
import type { PortObservation, ScriptValue } from "../../src/domain/observation.ts";
import type { CycleRecord } from "../../src/domain/ports/stores.ts";
import { readRecordedScan } from "../../src/scan/recorded.ts";
import {
  anomaly,
  audit,
  baselineOf,
  cycle,
  cycleCommit,
  event,
  hostBaseline,
  hostObservation,
  mute,
  nmapRun,
  operatorCommit,
  SEGMENT,
  text,
} from "./support/samples.ts";
import { newStore, NOW } from "./support/temp-store.ts";

const REAL = join(import.meta.dirname, "../fixtures/nmap/real");

const summary: ScanSummary = {
  completeness: "partial",
  problems: ["signal", "hosts-missing"],
  reason: "nmap was killed",
  method: "connect",
  nmapVersion: null,
  coverage: 0.5,
  hosts: { planned: 10, up: 5, partial: 1, unmeasured: 4 },
  ports: { probed: 5000, open: 7 },
  scriptErrors: ["x"],
  comparability: new Map([
    ["presence", "p"],
    ["script:ssl-cert", "s"],
  ]),
  raw: { ref: "c1", sha256: null, bytes: 12 },
  outOfScope: 1,
  narrowed: false,
};

describe("cycles", () => {
  it("come back as they were written, newest first", async () => {
    const store = newStore();
    const first = cycle("c1");
    const second: CycleRecord = cycle("c2", {
      state: "partial",
      startedAt: NOW + 5,
      endedAt: NOW + 9,
      scanNumber: 2,
      summary,
      vantage: {
        state: "degraded",
        problems: ["hosts-vanished"],
        reason: "6 of 7 vanished",
        notApplicable: ["gateway"],
      },
      learningChanges: 3,
    });
    await store.cycles.beginCycle(first);
    await store.cycles.commitCycle(cycleCommit("c2", { cycle: second }));
    expect(await store.history.cycles(SEGMENT, 9)).toEqual([second, first]);
    expect(await store.history.cycles(SEGMENT, 1)).toEqual([second]);
    expect(await store.history.cycles("lab", 9)).toEqual([]);
  });

  it("count per segment, and a number once given is never given again", async () => {
    const store = newStore();
    expect(await store.cycles.nextScanNumber(SEGMENT)).toBe(1);
    await store.cycles.beginCycle(cycle("c1", { scanNumber: 1 }));
    await store.cycles.beginCycle(cycle("c2", { scanNumber: 2 }));
    await store.cycles.commitCycle(cycleCommit("c1", { cycle: cycle("c1", { scanNumber: 1, state: "done" }) }));
    expect(await store.cycles.nextScanNumber(SEGMENT)).toBe(3);
    expect(await store.cycles.nextScanNumber("lab")).toBe(1);
  });

  it("that were interrupted can be gone on with until a newer one begins", async () => {
    const store = newStore();
    await store.cycles.beginCycle(cycle("c1", { plan: "p" }));
    expect(await store.cycles.loadInterrupted(SEGMENT)).toBeNull();
    await store.cycles.closeInterrupted(NOW + 1);
    const interrupted = cycle("c1", { plan: "p", state: "interrupted", endedAt: NOW + 1 });
    expect(await store.cycles.loadInterrupted(SEGMENT)).toEqual(interrupted);
    await store.cycles.beginCycle(cycle("c2", { startedAt: NOW + 2 }));
    expect(await store.cycles.loadInterrupted(SEGMENT)).toBeNull();
  });

  it("without a verdict are not the last one", async () => {
    const store = newStore();
    expect(await store.history.lastCycle(SEGMENT)).toBeNull();
    await store.cycles.commitCycle(cycleCommit("c1"));
    await store.cycles.beginCycle(cycle("c2", { startedAt: NOW + 5 }));
    expect((await store.history.lastCycle(SEGMENT))?.id).toBe("c1");
  });

  it("are old when they began before a time and a newer one has a verdict", async () => {
    const store = newStore();
    for (const n of [1, 2, 3])
      await store.cycles.commitCycle(
        cycleCommit(`c${n}`, { cycle: cycle(`c${n}`, { state: "done", startedAt: NOW + n }) }),
      );
    await store.cycles.commitCycle(cycleCommit("l1", { cycle: cycle("l1", { segment: "lab", state: "done" }) }));
    expect(await store.keeping.cycleIdsOlderThan(NOW + 100)).toEqual(["c1", "c2"]);
    expect(await store.keeping.cycleIdsOlderThan(NOW + 2)).toEqual(["c1"]);
    expect(await store.keeping.segments()).toEqual(["lab", SEGMENT]);
  });
});

const port: PortObservation = {
  transport: "tcp",
  number: 22,
  state: "open",
  reason: "syn-ack",
  reasonTtl: 64,
  service: {
    name: text("ssh"),
    product: text("OpenSSH"),
    version: null,
    extraInfo: null,
    tunnel: null,
    method: "probed",
    confidence: 10,
    cpe: [text("cpe:/a:openbsd:openssh")],
  },
  identity: {
    values: { ssh: "ab", banner: text("SSH-2.0"), of_tomorrow: "x" },
    certificate: {},
  },
  scripts: [
    {
      id: "ssh-hostkey",
      value: new Map<string, ScriptValue>([
        ["__proto__", [text("a"), new Map<string, ScriptValue>([["key", text("b")]])]],
        ["", text("")],
      ]),
      output: text("x"),
      failed: false,
    },
    { id: "broken", value: null, output: text("nil"), failed: true },
  ],
  verified: true,
};

describe("facts of shards", () => {
  it("come back as they were seen, hostile tables included", async () => {
    const store = newStore();
    const host = hostObservation("10.0.0.1", {
      ports: [port],
      os: {
        matches: [{ name: text("Linux"), accuracy: 98, family: text("Linux"), vendor: null, type: null }],
        families: ["Linux"],
        goodConditions: true,
        stack: new Map([["T1.T", "40"]]),
      },
      coverage: [
        {
          transport: "tcp",
          phase: "ports",
          ports: [
            [22, 22],
            [80, 90],
          ],
        },
        { transport: "udp", phase: "ports", ports: [] },
      ],
      problems: ["timed-out"],
      truncated: ["banner"],
    });
    const runs = [
      nmapRun(0, { hosts: [host, hostObservation("10.0.0.2", { srttMicros: null })] }),
      nmapRun(1, { phase: "verify", raw: null, hosts: [], rejectedScripts: [{ id: "x", reason: "hash" }] }),
    ];
    await store.cycles.beginCycle(cycle("c1"));
    await store.cycles.commitShard({ cycleId: "c1", shard: 0, elapsedMs: 12.75, runs });
    expect(await store.history.runsOf("c1")).toEqual(runs);
    expect(await store.history.runsOf("c2")).toEqual([]);
  });

  it.each(readdirSync(REAL).filter((name) => name.endsWith(".xml")))(
    "that real nmap saw in %s come back exactly",
    async (name) => {
      const store = newStore();
      const { run } = await readRecordedScan(join(REAL, name));
      await store.cycles.beginCycle(cycle("c1"));
      await store.cycles.commitShard({ cycleId: "c1", shard: 0, elapsedMs: 1, runs: [run] });
      expect(await store.cycles.loadRuns("c1")).toStrictEqual([run]);
    },
  );

  it("committed again change nothing, and runs made later are added", async () => {
    const store = newStore();
    await store.cycles.beginCycle(cycle("c1"));
    const shard = { cycleId: "c1", shard: 0, elapsedMs: 10, runs: [nmapRun(0)] };
    await store.cycles.commitShard(shard);
    await store.cycles.commitShard(shard);
    await store.cycles.commitShard({ ...shard, runs: [nmapRun(1, { phase: "verify" })] });
    expect(await store.history.runsOf("c1")).toEqual([nmapRun(0), nmapRun(1, { phase: "verify" })]);
  });

  it("of a cycle that never began are a bug", async () => {
    const store = newStore();
    await expect(store.cycles.commitShard({ cycleId: "c1", shard: 0, elapsedMs: 1, runs: [] })).rejects.toThrow();
  });

  it("that stay the same are stored once, and go when no cycle has them", async () => {
    const store = newStore();
    for (const n of [1, 2, 3]) {
      await store.cycles.beginCycle(cycle(`c${n}`, { startedAt: NOW + n }));
      const hosts = [hostObservation("10.0.0.1", { observedAt: NOW + n, srttMicros: n }), hostObservation("10.0.0.2")];
      await store.cycles.commitShard({
        cycleId: `c${n}`,
        shard: 0,
        elapsedMs: 1,
        runs: [nmapRun(0, { hosts, raw: { path: `c${n}/0-0-ports.xml.zst`, sha256: "a", bytes: 1 } })],
      });
    }
    expect(countOf(store.directory, "observation_content")).toBe(1);
    expect(await store.keeping.rawFilesReferenced()).toEqual(new Set([1, 2, 3].map((n) => `c${n}/0-0-ports.xml.zst`)));
    await store.keeping.forgetFacts(["c1", "c2"]);
    expect(await store.history.runsOf("c1")).toEqual([]);
    expect(await store.history.runsOf("c3")).toHaveLength(1);
    expect(await store.keeping.rawFilesReferenced()).toEqual(new Set(["c3/0-0-ports.xml.zst"]));
    await store.keeping.forgetFacts(["c3"]);
    expect(countOf(store.directory, "observation_content")).toBe(0);
    expect((await store.history.cycles(SEGMENT, 9)).length).toBe(3);
  });
});

describe("what a cycle commits", () => {
  const declared: DeclaredState = {
    declarations: [
      {
        id: "d1",
        kind: "service",
        action: "allow",
        layer: "inventory",
        target: { addresses: ["10.0.0.1"], cidrs: [], hostnames: [] },
        transport: "tcp",
        portFrom: 80,
        portTo: 80,
        anyPort: false,
        scope: [],
        app: { protocol: null, tls: null },
        owner: { tool: "inventory", address: "web", name: null },
        sources: [{ file: "a.yaml", line: 3, column: null, format: "yaml", digest: "d", readAt: NOW, stale: false }],
        expires: null,
        confidence: "exact",
        reasons: [],
      },
    ],
    sources: [
      {
        file: "a.yaml",
        tool: "inventory",
        state: "read",
        entries: 1,
        digest: "d",
        readAt: NOW,
        completeFor: ["10.0.0.0/24"],
        notes: [],
      },
    ],
  };

  it("is there as a whole: declarations, marks, anomalies, events", async () => {
    const store = newStore();
    const marks = [{ hostId: "h1", unit: "host", digest: "d1", at: NOW }];
    await store.cycles.commitCycle(
      cycleCommit("c1", { declared, observationMarks: marks, anomalies: [anomaly("a1")], events: [event("e1")] }),
    );
    expect(await store.cycles.loadDeclared(SEGMENT)).toEqual(declared);
    expect(await store.cycles.loadObservationMarks(SEGMENT)).toEqual(marks);
    expect(await store.cycles.loadAnomalies(SEGMENT)).toEqual([anomaly("a1")]);
    await store.cycles.commitCycle(cycleCommit("c2"));
    expect(await store.cycles.loadDeclared(SEGMENT)).toEqual(declared);
    expect(await store.cycles.loadDeclared("lab")).toBeNull();
  });

  it("keeps how far a first look has come", async () => {
    const store = newStore();
    const hosts = [{ file: "a.yaml", hosts: ["10.0.0.1", "2001:db8::1"] }];
    const firstLook = {
      looks: 2,
      compared: hosts,
      unmeasured: hosts,
      missing: ["10.0.0.1 tcp/80"],
      told: [{ file: "b.yaml", state: "unreadable" as const }],
    };
    await store.cycles.commitCycle(cycleCommit("c1", { declared: { ...declared, firstLook } }));
    expect(await store.cycles.loadDeclared(SEGMENT)).toEqual({ ...declared, firstLook });
  });

  it("is not there at all when one part of it is wrong", async () => {
    const store = newStore();
    await store.cycles.commitCycle(cycleCommit("c0", { events: [event("e1")] }));
    const wrong = cycleCommit("c1", {
      baseline: baselineOf([hostBaseline("h1")]),
      touchedHosts: new Set(["h1"]),
      anomalies: [anomaly("a1")],
      events: [event("e2"), event("e1", "{}")],
    });
    await expect(store.cycles.commitCycle(wrong)).rejects.toMatchObject({ kind: "conflict" });
    expect(await store.history.cycles(SEGMENT, 9)).toHaveLength(1);
    expect((await store.cycles.loadBaseline(SEGMENT)).hosts.size).toBe(0);
    expect(await store.cycles.loadAnomalies(SEGMENT)).toEqual([]);
    await store.cycles.commitCycle({ ...wrong, events: [event("e2")] });
    expect((await store.cycles.loadBaseline(SEGMENT)).hosts.size).toBe(1);
  });

  it("is not there at all when it was an evaluation between two cycles", async () => {
    const store = newStore();
    await store.cycles.commitCycle(cycleCommit("c0", { events: [event("e1")] }));
    const commit = { segment: SEGMENT, anomalies: [anomaly("a1")], declared, committedAt: NOW };
    const wrong = { ...commit, events: [event("e2"), event("e1", "{}")] };
    await expect(store.cycles.commitEvaluation(wrong)).rejects.toMatchObject({ kind: "conflict" });
    expect(await store.cycles.loadAnomalies(SEGMENT)).toEqual([]);
    expect(await store.cycles.loadDeclared(SEGMENT)).toBeNull();
    expect(await store.outbox.status()).toMatchObject({ rows: 1 });
    for (let twice = 0; twice < 2; twice++) await store.cycles.commitEvaluation({ ...commit, events: [event("e2")] });
    expect(await store.cycles.loadAnomalies(SEGMENT)).toEqual([anomaly("a1")]);
    expect(await store.cycles.loadDeclared(SEGMENT)).toEqual(declared);
    expect(await store.outbox.status()).toMatchObject({ rows: 2 });
  });

  it("is refused before it begins when a value is impossible, so that a bug cannot poison the store", async () => {
    const store = newStore();
    const broken = anomaly("a1", { score: { ...anomaly("a1").score, value: Number.NaN } });
    await expect(store.cycles.commitCycle(cycleCommit("c1", { anomalies: [broken] }))).rejects.toThrow();
    expect(await store.history.cycles(SEGMENT, 9)).toEqual([]);
  });

  it("is the same file content for the same commits", async () => {
    const [a, b] = [newStore(), newStore()];
    for (const store of [a, b]) {
      const commit = cycleCommit("c1", {
        baseline: baselineOf([hostBaseline("h2"), hostBaseline("h1")]),
        touchedHosts: new Set(["h2", "h1"]),
        anomalies: [anomaly("a1")],
        events: [event("e1")],
      });
      await store.cycles.commitCycle(commit);
      store.close();
    }
    expect(readFileSync(join(a.directory, "tripline.db")).equals(readFileSync(join(b.directory, "tripline.db")))).toBe(
      true,
    );
  });
});

describe("what an operator commits", () => {
  it("is there as a whole and in the audit, newest first", async () => {
    const store = newStore();
    await store.cycles.commitOperator(
      operatorCommit("a1", { addMutes: [mute("m1"), mute("m2")], events: [event("e1")] }),
    );
    await store.cycles.commitOperator(
      operatorCommit("a2", { removeMutes: ["m1"], audit: audit("a2", { kind: "mute-removed" }) }),
    );
    expect(await store.cycles.loadMutes()).toEqual([mute("m2")]);
    expect((await store.history.audit(9)).map((entry) => entry.id)).toEqual(["a2", "a1"]);
    expect(await store.history.audit(1)).toEqual([audit("a2", { kind: "mute-removed" })]);
    expect((await store.outbox.status()).rows).toBe(1);
  });

  it("changes hosts where they are", async () => {
    const store = newStore();
    await store.cycles.commitOperator(
      operatorCommit("a1", { baseline: baselineOf([hostBaseline("h1"), hostBaseline("h2")]) }),
    );
    const changed = hostBaseline("h1", { reference: "new", ports: new Map() });
    await store.cycles.commitOperator(operatorCommit("a2", { hosts: [changed] }));
    expect((await store.cycles.loadBaseline(SEGMENT)).hosts).toEqual(
      new Map([
        ["h1", changed],
        ["h2", hostBaseline("h2")],
      ]),
    );
  });

  it("cannot be changed or deleted in the audit", async () => {
    const store = newStore();
    await store.cycles.commitOperator(
      operatorCommit("a1", { audit: audit("a1", { kind: "anomaly-accepted", until: NOW + 9, anomalyId: "x" }) }),
    );
    const database = new DatabaseSync(join(store.directory, "tripline.db"));
    expect(() => database.exec("DELETE FROM audit")).toThrow("append-only");
    expect(() => database.exec("UPDATE audit SET body = ''")).toThrow("append-only");
    expect(database.prepare("SELECT until FROM acceptance").all()).toEqual([{ until: NOW + 9 }]);
    database.close();
  });
});

describe("health outside a cycle", () => {
  it("knows the commit that carries it, which no other commit ever is", async () => {
    const store = newStore();
    const seen: unknown[] = [];
    for (const id of ["x", "y"]) {
      await store.cycles.commitHealth((commit) => {
        seen.push(commit);
        return [event(`${id}-${commit.epoch}-${commit.commitCounter}`)];
      }, NOW);
    }
    const { counter } = await store.keeping.mark();
    expect(seen).toEqual([counter - 1, counter].map((commitCounter) => ({ epoch: 1, commitCounter })));
    expect((await store.outbox.status()).rows).toBe(2);
  });
});

describe("anomalies as people look them up", () => {
  it("are filtered by segment, state and time, newest first", async () => {
    const store = newStore();
    const anomalies = [
      anomaly("a1", { state: "open", lastEventAt: NOW + 1, lastSeen: NOW + 50 }),
      anomaly("a2", { state: "resolved", lastEventAt: NOW + 2, lastSeen: NOW + 2 }),
      anomaly("a3", { state: "muted", lastEventAt: NOW + 3, lastSeen: NOW + 3 }),
      anomaly("a4", { segment: "lab", lastEventAt: NOW + 4 }),
    ];
    await store.cycles.commitCycle(cycleCommit("c1", { anomalies }));
    const ids = async (states: readonly string[] | null, since: number | null) =>
      (await store.history.anomalies({ segment: SEGMENT, states, since })).map((a) => a.id);
    expect(await ids(null, null)).toEqual(["a3", "a2", "a1"]);
    expect(await ids(["open", "muted"], null)).toEqual(["a3", "a1"]);
    expect(await ids([], null)).toEqual([]);
    expect(await ids(null, NOW + 3)).toEqual(["a3", "a1"]);
    expect(await store.history.anomaly("a4")).toEqual(anomalies[3]);
    expect(await store.history.anomaly("nobody")).toBeNull();
  });
});

function countOf(directory: string, table: string): unknown {
  const database = new DatabaseSync(join(directory, "tripline.db"), { readOnly: true });
  const row = database.prepare(`SELECT count(*) AS n FROM ${table}`).get();
  database.close();
  return row?.["n"];
}
