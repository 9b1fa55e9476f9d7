import { expect, test } from "vitest";
import type { RunPlan } from "../../src/domain/scan-plan.ts";
import type { PortRequest, ProbeRequest } from "../../src/domain/ports/prober.ts";
import { fromNumbers } from "../../src/lib/intervals.ts";
import { createShardRunner, type ShardKnowledge, type ShardSettings } from "../../src/scan/shard-runner.ts";
import { planCycle } from "../../src/scan/plan/plan.ts";
import { type World, worldScanner } from "../support/world-scanner.ts";
import { tcp } from "./plan/hosts.ts";

const WEB = "10.0.0.1";
const HIDDEN = "10.0.0.2";
const GONE = "10.0.0.3";

const world: World = new Map([
  [WEB, { open: new Map([[80, "nginx"]]) }],
  [HIDDEN, { hidden: true, open: new Map([[443, "nginx"]]) }],
]);

const known: ShardKnowledge = {
  portsOfKnown: (address) => (address === WEB ? tcp("80") : tcp("443,8443")),
  port: () => ({ fingerprinted: null, changed: false }),
  os: () => ({ identified: true, askedAt: 0, doubtful: false }),
  now: 0,
};

function shard(addresses: readonly string[]) {
  const rest = { knownPorts: new Map(), declaredPorts: new Map(), fragile: new Set<string>() };
  const plan = planCycle({
    ...rest,
    cycleId: "c1",
    profile: "ports",
    addresses,
    ports: tcp("22,80,443,8443"),
    technique: "syn",
    pace: "normal",
  });
  return plan.shards[0]!;
}

function runnerOn(more: Partial<ShardSettings> = {}, onRun?: (plan: RunPlan) => void) {
  const scanner = worldScanner(world, 0, onRun);
  const rest = { fragile: new Set<string>(), scripts: [], osDetection: false } as const;
  const how = { cycleId: "c1", profile: "ports", technique: "syn", raw: true, pace: "normal" } as const;
  return { runner: createShardRunner({ scanner, ...how, ...rest, ...more }), plans: scanner.plans };
}

const signal = () => new AbortController().signal;
const words = (plans: readonly RunPlan[]) =>
  plans.map((plan) => `${plan.shard}-${plan.n} ${plan.phase} ${plan.addresses.join(",")}`);

test("a shard is asked for its ports, then its silent known hosts once, then what is open is fingerprinted", async () => {
  const { runner, plans } = runnerOn();
  const runs = await runner.scan({ shard: shard([WEB, HIDDEN, GONE]), known, signal: signal() });
  expect(words(plans)).toEqual([
    `0-0 ports ${WEB},${HIDDEN},${GONE}`,
    `0-1 verify ${HIDDEN},${GONE}`,
    `0-2 fingerprint ${WEB},${HIDDEN}`,
  ]);
  expect(plans[1]).toMatchObject({ assumeUp: true, ports: new Map([["tcp", fromNumbers([443, 8443])]]) });
  expect(runs).toHaveLength(3);
});

test("nobody is asked twice when everybody answers", async () => {
  const { runner, plans } = runnerOn();
  await runner.scan({ shard: shard([WEB]), known, signal: signal() });
  expect(words(plans)).toEqual([`0-0 ports ${WEB}`, `0-1 fingerprint ${WEB}`]);
});

test("a stopped scan asks nothing more", async () => {
  const stop = new AbortController();
  const { runner, plans } = runnerOn({}, () => stop.abort());
  await runner.scan({ shard: shard([WEB, HIDDEN]), known, signal: stop.signal });
  expect(words(plans)).toEqual([`0-0 ports ${WEB},${HIDDEN}`]);
});

test("doubts get a shard of their own, whose runs are numbered over all questions", async () => {
  const { runner, plans } = runnerOn();
  const doubt = (port: number, ask: PortRequest["ask"]): ProbeRequest => {
    return { address: WEB, port: { transport: "tcp", number: port }, ask };
  };
  await runner.probe([doubt(22, "state"), doubt(80, "service")], signal());
  await runner.probe([doubt(443, "state")], signal());
  expect(words(plans)).toEqual([`65536-0 verify ${WEB}`, `65536-1 verify ${WEB}`, `65536-2 verify ${WEB}`]);
});
