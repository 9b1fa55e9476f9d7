import type { OpenedStore } from "../../../src/store/open.ts";
import {
  anomaly,
  audit,
  baselineOf,
  cycle,
  cycleCommit,
  event,
  hostBaseline,
  mute,
  nmapRun,
  operatorCommit,
  SEGMENT,
} from "./samples.ts";
import { NOW } from "./temp-store.ts";

export interface Commit {
  readonly name: string;
  /** Tables that it writes, with what it does to them. */
  readonly writes: readonly (readonly [change: "INSERT" | "UPDATE" | "DELETE", table: string])[];
  readonly run: (store: OpenedStore) => Promise<unknown>;
}

const declared = {
  declarations: [],
  sources: [
    {
      file: "a.csv",
      tool: "inventory",
      state: "read",
      entries: 1,
      digest: "d",
      readAt: NOW,
      completeFor: [],
      notes: [],
    },
  ],
} as const;

const dead = {
  sink: "file",
  eventId: "e1",
  seq: 1,
  family: "anomaly",
  key: "office|h1",
  body: "{}",
  reason: { slug: "mapping", text: "no such field" },
  attempts: 1,
  at: NOW,
};

/** A store in which something of everything is known already. */
export async function begin(store: OpenedStore): Promise<void> {
  await store.outbox.registerSink({ name: "file", kind: "file", backfill: true });
  await store.cycles.beginCycle(cycle("c1"));
  const baseline = baselineOf([hostBaseline("h1"), hostBaseline("h2")]);
  const first = { baseline, touchedHosts: new Set(["h1", "h2"]), events: [event("e1"), event("e2")] };
  await store.cycles.commitCycle(cycleCommit("c1", { ...first, anomalies: [anomaly("a1")] }));
  await store.cycles.beginCycle(cycle("c2", { scanNumber: 2, startedAt: NOW + 5 }));
  await store.cycles.commitOperator(operatorCommit("o1", { addMutes: [mute("m1")] }));
}

const changed = hostBaseline("h1", {
  covered: 4,
  coverage: [{ transport: "tcp", phase: "ports", ports: [[1, 2000]], scans: 1, first: 4, last: 4 }],
});

/** One of each kind of commit, on top of {@link begin}. */
export const EVERY_COMMIT: readonly Commit[] = [
  {
    name: "the begin of a cycle",
    writes: [
      ["INSERT", "segment"],
      ["INSERT", "cycle"],
    ],
    run: ({ cycles }) => cycles.beginCycle(cycle("c3", { scanNumber: 3 })),
  },
  {
    name: "a shard",
    writes: [
      ["INSERT", "shard"],
      ["INSERT", "nmap_run"],
      ["INSERT", "port_set"],
      ["INSERT", "observation_content"],
      ["INSERT", "observation"],
    ],
    run: ({ cycles }) =>
      cycles.commitShard({
        cycleId: "c2",
        shard: 0,
        elapsedMs: 5,
        runs: [nmapRun(0), nmapRun(1, { phase: "verify" })],
      }),
  },
  {
    name: "a cycle",
    writes: [
      ["INSERT", "segment"],
      ["INSERT", "cycle"],
      ["INSERT", "host"],
      ["INSERT", "host_memory"],
      ["INSERT", "port_set"],
      ["DELETE", "host"],
      ["INSERT", "observation_mark"],
      ["INSERT", "anomaly"],
      ["INSERT", "declared_snapshot"],
      ["INSERT", "outbox"],
    ],
    run: ({ cycles }) =>
      cycles.commitCycle(
        cycleCommit("c2", {
          cycle: cycle("c2", { state: "done", scanNumber: 2, startedAt: NOW + 5, endedAt: NOW + 9 }),
          baseline: baselineOf([changed], { scans: 4 }),
          touchedHosts: new Set(["h1", "h2"]),
          anomalies: [anomaly("a1", { state: "resolved" }), anomaly("a2")],
          observationMarks: [{ hostId: "h1", unit: "host", digest: "d", at: NOW }],
          declared,
          events: [event("e3"), event("e4")],
        }),
      ),
  },
  {
    name: "an evaluation",
    writes: [
      ["INSERT", "anomaly"],
      ["INSERT", "declared_snapshot"],
      ["INSERT", "outbox"],
    ],
    run: ({ cycles }) =>
      cycles.commitEvaluation({
        segment: SEGMENT,
        anomalies: [anomaly("a2")],
        declared,
        events: [event("e5")],
        committedAt: NOW + 6,
      }),
  },
  {
    name: "an accept",
    writes: [
      ["INSERT", "audit"],
      ["INSERT", "acceptance"],
      ["INSERT", "host"],
      ["INSERT", "host_memory"],
      ["INSERT", "anomaly"],
      ["INSERT", "outbox"],
    ],
    run: ({ cycles }) =>
      cycles.commitOperator(
        operatorCommit("o2", {
          audit: audit("o2", { kind: "anomaly-accepted", anomalyId: "a1" }),
          hosts: [hostBaseline("h1", { covered: 9, misses: 1 })],
          anomalies: [anomaly("a1", { state: "accepted" })],
          events: [event("e6")],
        }),
      ),
  },
  {
    name: "a relearning",
    writes: [
      ["INSERT", "audit"],
      ["INSERT", "segment"],
      ["DELETE", "host"],
      ["INSERT", "host"],
      ["INSERT", "host_memory"],
    ],
    run: ({ cycles }) => cycles.commitOperator(operatorCommit("o3", { baseline: baselineOf([changed], { scans: 0 }) })),
  },
  {
    name: "mutes that come and go",
    writes: [
      ["INSERT", "audit"],
      ["DELETE", "mute"],
      ["INSERT", "mute"],
    ],
    run: ({ cycles }) => cycles.commitOperator(operatorCommit("o4", { addMutes: [mute("m2")], removeMutes: ["m1"] })),
  },
  {
    name: "health",
    writes: [["INSERT", "outbox"]],
    run: ({ cycles }) =>
      cycles.commitHealth(({ epoch, commitCounter }) => [event(`health-${epoch}-${commitCounter}`)], NOW),
  },
  {
    name: "a settled batch with a dead letter",
    writes: [
      ["INSERT", "dead_letter"],
      ["UPDATE", "sink"],
    ],
    run: ({ outbox }) => outbox.commitRelay({ sink: "file", ackedSeq: 2, dead: [dead], at: NOW }),
  },
  {
    name: "a new output",
    writes: [["INSERT", "sink"]],
    run: ({ outbox }) => outbox.registerSink({ name: "kafka", kind: "kafka", backfill: false }),
  },
  {
    name: "the state of an output",
    writes: [["UPDATE", "sink"]],
    run: ({ outbox }) => outbox.setSinkState("file", { state: "stopped", reason: "full", attempt: 3, at: NOW }),
  },
  {
    name: "pruning",
    writes: [["DELETE", "outbox"]],
    run: ({ outbox }) => outbox.prune(NOW * 2),
  },
  {
    name: "a forgotten output",
    writes: [["DELETE", "sink"]],
    run: ({ keeping }) => keeping.forgetSink("file"),
  },
  {
    name: "interrupted cycles",
    writes: [["UPDATE", "cycle"]],
    run: ({ cycles }) => cycles.closeInterrupted(NOW + 50),
  },
  {
    name: "forgotten facts",
    writes: [["DELETE", "shard"]],
    run: ({ keeping }) => keeping.forgetFacts(["c2"]),
  },
];
