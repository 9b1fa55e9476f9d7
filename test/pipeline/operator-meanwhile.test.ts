import { expect, it, test } from "vitest";
import type { Desk } from "../../src/app/operations/operation.ts";
import { STATE_OPERATIONS } from "../../src/app/operations/registry.ts";
import type { Anomaly } from "../../src/domain/anomaly.ts";
import type { CycleStore } from "../../src/domain/ports/stores.ts";
import { parseConfig } from "../support/configuration.ts";
import { siteOf } from "../support/runtime.ts";
import { type World, type WorldHost, worldScanner } from "../support/world-scanner.ts";
import { NOW } from "../store/support/temp-store.ts";
import { createRig, type Rig, SEGMENT } from "./rig.ts";

const ADDRESSES = ["10.0.0.5", "10.0.0.6"];
const OPERATOR = { by: "m.analyst", reason: "CHG-4711" };
const DURING = { signal: new AbortController().signal };

function world(...ports: readonly number[]): World {
  const host = (mac: string, open: readonly number[]): WorldHost => ({
    mac,
    open: new Map(open.map((port) => [port, "OpenSSH"])),
  });
  return new Map([
    ["10.0.0.5", host("00:00:5e:00:53:05", [22, ...ports])],
    ["10.0.0.6", host("00:00:5e:00:53:06", [22])],
  ]);
}

const BEFORE = world();
const AFTER = world(44);

function deskOf(rig: Rig): Desk {
  const text = `segment: ${SEGMENT}\ntargets: [10.0.0.0/24]\n`;
  const loaded = parseConfig(text, { path: null, directory: "/", environment: {}, now: 1 });
  if (!loaded.ok) throw new Error(loaded.error.text);
  return { ...siteOf(loaded.value, "/"), store: rig.store() };
}

/** A segment that is learned, with one open anomaly: port 44. */
async function withAnomaly(): Promise<{ readonly rig: Rig; readonly anomaly: Anomaly }> {
  const rig = createRig(ADDRESSES);
  for (const n of [1, 2, 3]) await rig.cycle(n, BEFORE);
  await rig.cycle(4, AFTER);
  const [anomaly] = await open(rig);
  if (anomaly === undefined) throw new Error("the port was not found");
  return { rig, anomaly };
}

function open(rig: Rig) {
  return rig.store().history.anomalies({ segment: SEGMENT, states: ["open"], since: null });
}

function gate(): { readonly opened: Promise<void>; open(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}

/** Cycle 5, held in the middle of its scan until `meanwhile` is done. */
async function heldCycle(rig: Rig, meanwhile: () => Promise<unknown>, store?: (store: CycleStore) => CycleStore) {
  const [scanning, go] = [gate(), gate()];
  const nmap = worldScanner(AFTER, NOW + 5 * 60_000);
  const scanner = {
    run: async (...asked: Parameters<typeof nmap.run>) => {
      scanning.open();
      await go.opened;
      return nmap.run(...asked);
    },
  };
  const cycle = rig.cycle(5, AFTER, { scanner, ...(store === undefined ? {} : { store }) });
  await scanning.opened;
  await meanwhile();
  go.open();
  return cycle;
}

test("what is accepted while a scan runs stays accepted, and the port is normal", async () => {
  const { rig, anomaly } = await withAnomaly();
  const report = await heldCycle(rig, () =>
    STATE_OPERATIONS.accept.run(deskOf(rig), { id: anomaly.id, ...OPERATOR }, DURING),
  );
  expect(report?.steps).toEqual([]);
  expect(await rig.store().history.anomaly(anomaly.id)).toMatchObject({ state: "accepted" });
  expect(await open(rig)).toEqual([]);
  const hosts = (await rig.store().cycles.loadBaseline(SEGMENT)).hosts.values();
  expect([...hosts].find(({ address }) => address === "10.0.0.5")?.ports.get("tcp/44")?.reference).toBe("open");
  expect(await rig.cycle(6, AFTER)).toMatchObject({ steps: [] });
});

test("what is muted while a scan runs stays muted", async () => {
  const { rig, anomaly } = await withAnomaly();
  const until = NOW + 30 * 86_400_000;
  await heldCycle(rig, () => STATE_OPERATIONS.mute.run(deskOf(rig), { id: anomaly.id, until, ...OPERATOR }, DURING));
  expect(await rig.store().history.anomaly(anomaly.id)).toMatchObject({ state: "muted" });
});

test("what is to be relearned while a scan runs is relearned from that scan on", async () => {
  const { rig } = await withAnomaly();
  const report = await heldCycle(rig, () => STATE_OPERATIONS.learn.run(deskOf(rig), OPERATOR, DURING));
  expect(report).toMatchObject({ learning: true, learned: { scans: 0 } });
  expect((await rig.store().cycles.loadBaseline(SEGMENT)).scans).toBe(1);
});

/** How often the baseline is read. */
function counting(reads: { baseline: number }): (store: CycleStore) => CycleStore {
  return (store) => ({
    ...store,
    loadBaseline: (segment) => {
      reads.baseline += 1;
      return store.loadBaseline(segment);
    },
  });
}

it("reads nothing twice when nobody changed anything", async () => {
  const { rig } = await withAnomaly();
  const reads = { baseline: 0 };
  await heldCycle(rig, async () => {}, counting(reads));
  expect(reads).toEqual({ baseline: 1 });
});

it("reads again what an operator changed", async () => {
  const { rig, anomaly } = await withAnomaly();
  const reads = { baseline: 0 };
  const accept = () => STATE_OPERATIONS.accept.run(deskOf(rig), { id: anomaly.id, ...OPERATOR }, DURING);
  await heldCycle(rig, accept, counting(reads));
  expect(reads).toEqual({ baseline: 2 });
});

test("a request during the commit of a cycle waits for it, and is done afterwards", async () => {
  const { rig, anomaly } = await withAnomaly();
  const [committing, go] = [gate(), gate()];
  const order: string[] = [];
  const slow = (store: CycleStore): CycleStore => ({
    ...store,
    commitCycle: async (commit) => {
      committing.open();
      await go.opened;
      await store.commitCycle(commit);
      order.push("cycle");
    },
  });
  const cycle = rig.cycle(5, AFTER, { store: slow });
  await committing.opened;
  const accepting = STATE_OPERATIONS.accept
    .run(deskOf(rig), { id: anomaly.id, ...OPERATOR }, DURING)
    .then((done) => [order.push("accept"), done]);
  go.open();
  expect(await cycle).not.toBeNull();
  expect(await accepting).toMatchObject([2, { ok: true }]);
  expect(order).toEqual(["cycle", "accept"]);
  expect(await rig.store().history.anomaly(anomaly.id)).toMatchObject({ state: "accepted" });
});

test("of two who accept the same at once, one does and the other is told that it is done", async () => {
  const { rig, anomaly } = await withAnomaly();
  const accept = () => STATE_OPERATIONS.accept.run(deskOf(rig), { id: anomaly.id, ...OPERATOR }, DURING);
  expect(await Promise.all([accept(), accept()])).toMatchObject([
    { ok: true, value: { id: anomaly.id } },
    { ok: false, error: { code: "TL446", what: `the anomaly ${anomaly.id} is already accepted` } },
  ]);
  const audit = await rig.store().history.audit(10);
  expect(audit.filter(({ kind }) => kind === "anomaly-accepted")).toHaveLength(1);
});
