import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CHECK_SHARD, type RunPlan } from "../../src/domain/scan-plan.ts";
import { NOW } from "../store/support/temp-store.ts";
import type { World, WorldHost } from "../support/world-scanner.ts";
import { createRig, cycleId, type Rig, SEGMENT } from "./rig.ts";

const ADDRESSES = [1, 2, 3, 4, 5, 6].map((n) => `10.0.0.${n}`);

function worldOf(ports: (n: number) => readonly (readonly [number, string])[]): World {
  return new Map(
    ADDRESSES.map((address, i): [string, WorldHost] => [
      address,
      { mac: `00-11-22-33-44-0${i}`, open: new Map(ports(i)) },
    ]),
  );
}

const NORMAL = worldOf(() => [
  [22, "OpenSSH"],
  [80, "nginx"],
]);
/** One port opened, one service swapped, one host is silent to discovery. */
const CHANGED = worldOf((n) => [
  [22, "OpenSSH"],
  [80, n === 4 ? "Apache" : "nginx"],
  ...(n === 1 ? [[44, "nc"] as const] : []),
]);
CHANGED.set("10.0.0.6", { ...CHANGED.get("10.0.0.6")!, hidden: true });

class Died extends Error {}

async function learned(): Promise<Rig> {
  const rig = createRig(ADDRESSES);
  for (const n of [1, 2, 3]) await rig.cycle(n, NORMAL, { shardSize: 2 });
  return rig;
}

/** The fourth cycle dies before its k-th nmap run, and a new process continues. */
async function killedBefore(rig: Rig, k: number): Promise<void> {
  let runs = 0;
  const onRun = () => {
    if (runs++ === k) throw new Died();
  };
  await expect(rig.cycle(4, CHANGED, { shardSize: 2, onRun })).rejects.toThrow(Died);
  rig.crash();
  const unfinished = await rig.unfinished(4);
  await rig.cycle(4, CHANGED, { shardSize: 2, unfinished });
}

const questions = (plans: readonly RunPlan[], from: number) =>
  plans
    .slice(from)
    .map((plan) => `${plan.shard} ${plan.phase} ${plan.addresses.join(",")} ${JSON.stringify([...plan.ports])}`);

describe("a cycle that is interrupted and gone on with", () => {
  it("tells byte for byte what an uninterrupted one tells, wherever it was cut", async () => {
    const whole = await learned();
    const before = whole.plans.length;
    await whole.cycle(4, CHANGED, { shardSize: 2 });
    const expected = await whole.bodies();
    expect(expected.join("\n")).toContain("port-opened");
    const runs = whole.plans.length - before;
    expect(whole.plans.at(-1)?.shard).toBe(CHECK_SHARD);
    for (let k = 1; k < runs; k++) {
      const rig = await learned();
      await killedBefore(rig, k);
      expect(await rig.bodies(), `cut before run ${k}`).toEqual(expected);
    }
  });

  it("holds for any world, any size of shards and any moment", async () => {
    const port = fc.integer({ min: 1, max: 60 });
    const host = fc.record({
      hidden: fc.boolean(),
      open: fc.uniqueArray(port, { maxLength: 4 }).map((ports) => new Map(ports.map((p) => [p, "nginx"] as const))),
    });
    const world = fc
      .array(fc.option(host), { minLength: 6, maxLength: 6 })
      .map((hosts) => new Map(hosts.flatMap((one, i) => (one === null ? [] : [[ADDRESSES[i]!, one] as const]))));
    const cases = fc.record({ world, shardSize: fc.integer({ min: 1, max: 6 }), cut: fc.nat(12) });
    await fc.assert(
      fc.asyncProperty(cases, async ({ world: changed, shardSize, cut }) => {
        const [whole, other] = [await learned(), await learned()];
        await whole.cycle(4, changed, { shardSize });
        let runs = 0;
        const onRun = () => {
          if (runs++ === cut) throw new Died();
        };
        await other.cycle(4, changed, { shardSize, onRun }).catch(() => null);
        other.crash();
        if ((await other.store().cycles.loadInterrupted(SEGMENT)) !== null) {
          await other.cycle(4, changed, { shardSize, unfinished: await other.unfinished(4) });
        }
        expect(await other.bodies()).toEqual(await whole.bodies());
        whole.crash();
        other.crash();
      }),
      { numRuns: 25 },
    );
  });

  it("asks nothing again of a shard that was finished, nor the doubts that were settled", async () => {
    const rig = await learned();
    const before = rig.plans.length;
    const dies = (): never => {
      throw new Died();
    };
    const store = (cycles: ReturnType<Rig["store"]>["cycles"]) => ({ ...cycles, commitCycle: dies });
    await expect(rig.cycle(4, CHANGED, { shardSize: 2, store })).rejects.toThrow(Died);
    const asked = questions(rig.plans, before);
    expect(new Set(asked).size).toBe(asked.length);
    rig.crash();
    const report = await rig.cycle(4, CHANGED, { shardSize: 2, unfinished: await rig.unfinished(4) });
    expect(questions(rig.plans, before)).toEqual(asked);
    expect(report).toMatchObject({ cycleId: cycleId(4), scanNumber: 4, startedAt: NOW + 4 * 60_000 });
    expect((await rig.store().history.cycles(SEGMENT, 9)).map((one) => one.state)).toEqual(Array(4).fill("done"));
  });

  it("scans the shard again that a stop cut off", async () => {
    const rig = await learned();
    const stop = new AbortController();
    const onRun = (plan: RunPlan) => plan.shard === 1 && stop.abort();
    expect(await rig.cycle(4, CHANGED, { shardSize: 2, onRun, signal: stop.signal })).toBeNull();
    const unfinished = await rig.unfinished(4);
    expect(new Set(unfinished?.runs.map((run) => run.shard))).toEqual(new Set([0]));
    const before = rig.plans.length;
    await rig.cycle(4, CHANGED, { shardSize: 2, unfinished });
    expect(
      rig.plans
        .slice(before)
        .filter((plan) => plan.phase === "ports")
        .map((plan) => plan.shard),
    ).toEqual([1, 2]);
  });
});

describe("an interrupted cycle is left alone", () => {
  async function interrupted(shards = 1): Promise<Rig> {
    const rig = await learned();
    const onRun = (plan: RunPlan) => {
      if (plan.shard === shards) throw new Died();
    };
    await expect(rig.cycle(4, CHANGED, { shardSize: 2, onRun })).rejects.toThrow(Died);
    rig.crash();
    return rig;
  }

  it("but not while it is younger than one period and planned alike", async () => {
    expect(await (await interrupted()).unfinished(4)).toMatchObject({
      record: { id: cycleId(4), state: "interrupted" },
    });
  });

  it("when it began one period ago or earlier", async () => {
    const rig = await interrupted();
    expect(await rig.unfinished(4, { notBefore: NOW + 4 * 60_000 })).toBeNull();
    await rig.cycle(5, CHANGED, { shardSize: 2 });
    const states = (await rig.store().history.cycles(SEGMENT, 2)).map((one) => [one.id, one.state]);
    expect(states).toEqual([
      [cycleId(5), "done"],
      [cycleId(4), "interrupted"],
    ]);
  });

  it("when targets, ports, vantage or tools are no longer the same", async () => {
    expect(await (await interrupted()).unfinished(4, { plan: "another plan" })).toBeNull();
  });

  it("when it did not finish a shard", async () => {
    expect(await (await interrupted(0)).unfinished(4)).toBeNull();
  });

  it("when a newer cycle came to a verdict", async () => {
    const rig = await interrupted();
    await rig.cycle(5, CHANGED, { shardSize: 2 });
    expect(await rig.unfinished(4)).toBeNull();
  });
});
