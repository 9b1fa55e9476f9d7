import { rmSync } from "node:fs";
import {
  emptyBaseline,
  type HostBaseline,
  type PortBaseline,
  type SegmentBaseline,
} from "../../src/domain/baseline.ts";
import { portKey } from "../../src/domain/network.ts";
import { sha256Hex, stableId } from "../../src/lib/hash.ts";
import { timeOrderedId } from "../../src/lib/ids.ts";
import { fromNumbers } from "../../src/lib/intervals.ts";
import { monotonicClock, wallClock } from "../../src/lib/time.ts";
import { openStore, type OpenedStore } from "../../src/store/open.ts";
import type { NmapRun } from "../../src/domain/nmap-run.ts";
import type { PortObservation } from "../../src/domain/observation.ts";
import type { CycleRecord } from "../../src/domain/ports/stores.ts";
import { hostObservation, nmapRun, text } from "../../test/store/support/samples.ts";
import { newTempDir } from "../../test/support/temp-dir.ts";

// Prints what a cycle costs in the store at 10,000 hosts × 10 ports, all touched. Not a test: figures depend on the disk.
const HOSTS = 10_000;
const PORTS = 10;
const SEGMENT = "bench";
const covered = fromNumbers(Array.from({ length: 1000 }, (_, i) => i * 37 + 1));

async function main(): Promise<void> {
  const directory = newTempDir();
  const opened = openStore({ directory, access: "write", now: wallClock(), newId: () => timeOrderedId(wallClock()) });
  if (!opened.ok) throw new Error(opened.error.what);
  const store = opened.value;
  for (let scan = 1; scan <= 5; scan++) await round(store, scan);
  const shard = { cycleId: timeOrderedId(9), shard: 0, elapsedMs: 1, runs: [shardRun()] };
  await store.cycles.beginCycle(cycleAt(shard.cycleId, 9));
  for (const n of [0, 1, 2])
    await measured(`shard commit ${n} (256 hosts × ${PORTS} ports)`, () =>
      store.cycles.commitShard({ ...shard, shard: n, runs: [{ ...shardRun(), shard: n }] }),
    );
  await measured("runs of a cycle", () => store.history.runsOf(shard.cycleId));
  const { pagesUsed, pageBytes } = await store.keeping.usage();
  print("database", `${((pagesUsed * pageBytes) / 1e6).toFixed(1)} MB`);
  store.close();
  rmSync(directory, { recursive: true });
}

async function round(store: OpenedStore, scan: number): Promise<void> {
  const baseline = baselineAt(scan);
  await measured(`cycle commit ${scan} (${HOSTS} hosts × ${PORTS} ports)`, () => commit(store, baseline, scan));
  await measured("load baseline", () => store.cycles.loadBaseline(SEGMENT));
}

function commit(store: OpenedStore, baseline: SegmentBaseline, scan: number): Promise<void> {
  return store.cycles.commitCycle({
    cycle: cycleAt(timeOrderedId(scan), scan),
    baseline,
    touchedHosts: new Set(baseline.hosts.keys()),
    anomalies: [],
    observationMarks: [],
    declared: null,
    events: [],
    committedAt: scan,
  });
}

function cycleAt(id: string, scan: number): CycleRecord {
  return {
    id,
    segment: SEGMENT,
    profile: "ports",
    state: "done",
    startedAt: scan,
    endedAt: scan,
    scanNumber: scan,
    summary: null,
    vantage: null,
    learningChanges: 0,
  };
}

function shardRun(): NmapRun {
  const ports = Array.from({ length: PORTS }, (_, i) => observedPort(20 + i * 111));
  const hosts = Array.from({ length: 256 }, (_, i) =>
    hostObservation(`10.0.0.${i}`, { ports, names: [text(`host-${i}`)] }),
  );
  return nmapRun(0, { hosts });
}

function observedPort(number: number): PortObservation {
  return {
    transport: "tcp",
    number,
    state: "open",
    reason: "syn-ack",
    reasonTtl: 64,
    service: {
      name: text("http"),
      product: text("nginx"),
      version: text("1.24"),
      extraInfo: null,
      tunnel: null,
      method: "probed",
      confidence: 10,
      cpe: [],
    },
    identity: {
      ssh: null,
      tls: sha256Hex(String(number)),
      tlsIssuer: text("CN=ca"),
      tlsSubject: text("CN=web"),
      tlsNotAfter: 1,
      tlsSelfSigned: false,
      banner: text("HTTP/1.1 200"),
      httpTitle: null,
    },
    scripts: [
      { id: "ssl-cert", value: new Map([["subject", text("web")]]), output: text("Subject: web"), failed: false },
    ],
    verified: false,
  };
}

function baselineAt(scan: number): SegmentBaseline {
  const hosts = Array.from({ length: HOSTS }, (_, i) => hostAt(i, scan));
  return { ...emptyBaseline(SEGMENT), scans: scan, hosts: new Map(hosts.map((host) => [host.id, host])) };
}

function hostAt(index: number, scan: number): HostBaseline {
  const seen = { scan, at: scan * 3_600_000 };
  const ports = Array.from({ length: PORTS }, (_, i) => portAt(index, 20 + i * 111, scan));
  return {
    id: stableId("host", String(index)),
    evidence: [
      { kind: "ssh", value: sha256Hex(`ssh ${index}`), strong: true },
      { kind: "address", value: `10.0.${index >> 8}.${index & 255}`, strong: false },
    ],
    address: `10.0.${index >> 8}.${index & 255}`,
    reference: "known",
    current: "up",
    misses: 0,
    covered: scan,
    firstSeen: { scan: 1, at: 3_600_000 },
    lastSeen: seen,
    fields: new Map([["name", field(`host-${index}.example`, scan)]]),
    ports: new Map(ports.map((port) => [portKey(port), port])),
    coverage: [{ transport: "tcp", phase: "ports", ports: covered, scans: scan, first: 1, last: scan }],
  };
}

function portAt(host: number, number: number, scan: number): PortBaseline {
  const seen = { scan, at: scan * 3_600_000 };
  return {
    transport: "tcp",
    number,
    reference: "open",
    current: "open",
    misses: 0,
    opened: scan,
    firstSeen: { scan: 1, at: 3_600_000 },
    lastSeen: seen,
    history: 2 ** Math.min(scan, 21) - 1,
    fields: new Map([
      ["service", field("http", scan)],
      ["product", field("nginx", scan)],
      ["version", field("1.24.0", scan)],
      ["banner", field("HTTP/1.1 200 OK Server: nginx", scan)],
      ["tls", field(sha256Hex(`${host} ${number}`), scan)],
    ]),
    fingerprinted: { ...seen, identified: true },
  };
}

function field(value: string, scan: number) {
  return { value, current: value, streak: scan, observed: scan, changes: 0 };
}

async function measured(name: string, work: () => Promise<unknown>): Promise<void> {
  const start = monotonicClock();
  await work();
  print(name, `${Math.round(monotonicClock() - start)} ms`);
}

function print(name: string, figure: string): void {
  process.stdout.write(`${name.padEnd(50)} ${figure.padStart(10)}\n`);
}

await main();
