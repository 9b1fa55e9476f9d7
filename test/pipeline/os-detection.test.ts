import { expect, test } from "vitest";
import type { World } from "../support/world-scanner.ts";
import { createRig, type Rig } from "./rig.ts";

test("a host whose operating system matches nothing is asked once, not in every cycle", async () => {
  const world: World = new Map([["10.0.0.1", { open: new Map([[22, "OpenSSH"]]) }]]);
  const rig = createRig([...world.keys()]);
  for (const n of [1, 2, 3]) await rig.cycle(n, world, { osDetection: true });
  expect(rig.plans.filter((plan) => plan.osDetection).map((plan) => plan.cycleId)).toEqual(["cycle-1"]);
});

const A = "10.0.0.1";
const machine = (system: string): World => new Map([[A, { open: new Map([[22, "OpenSSH"]]), system }]]);

/** Learned as Linux in deep scans. */
async function linux(): Promise<Rig> {
  const rig = createRig([A]);
  for (const n of [1, 2, 3]) await rig.cycle(n, machine("Linux"), { osDetection: true, profile: "deep" });
  return rig;
}

function systemRuns({ plans }: Rig, n: number): readonly string[] {
  return plans.filter((plan) => plan.osDetection && plan.cycleId === `cycle-${n}`).map(({ phase }) => phase);
}

const kinds = (report: Awaited<ReturnType<Rig["cycle"]>>) => report?.steps.map(({ anomaly }) => anomaly.kind);

test("another system is asked again in the same scan, so that three looks are two scans", async () => {
  const rig = await linux();
  expect(kinds(await rig.cycle(4, machine("FreeBSD"), { osDetection: true, profile: "deep" }))).toEqual([]);
  expect(systemRuns(rig, 4)).toEqual(["fingerprint", "verify"]);
  const report = await rig.cycle(5, machine("FreeBSD"), { osDetection: true });
  expect(report?.steps.map(({ anomaly }) => [anomaly.kind, anomaly.confirmed])).toEqual([["os-shifted", true]]);
  await rig.cycle(6, machine("FreeBSD"), { osDetection: true });
  expect(systemRuns(rig, 6)).toEqual([]);
});

test("a guess that the second look does not repeat is forgotten, and nobody is asked again", async () => {
  const rig = await linux();
  const world = machine("FreeBSD");
  const chance = (plan: { readonly phase: string }) => {
    if (plan.phase === "verify") for (const [address, host] of machine("Linux")) world.set(address, host);
  };
  expect(kinds(await rig.cycle(4, world, { osDetection: true, profile: "deep", onRun: chance }))).toEqual([]);
  expect(systemRuns(rig, 4)).toEqual(["fingerprint", "verify"]);
  expect(kinds(await rig.cycle(5, machine("Linux"), { osDetection: true }))).toEqual([]);
  expect(systemRuns(rig, 5)).toEqual([]);
});

test("a single look at the old family does not end a shift, two do", async () => {
  const rig = await linux();
  for (const n of [4, 5]) await rig.cycle(n, machine("FreeBSD"), { osDetection: true, profile: "deep" });
  const world = machine("Linux");
  const onRun = (plan: { readonly phase: string }) => {
    if (plan.phase === "verify") for (const [address, host] of machine("FreeBSD")) world.set(address, host);
  };
  expect(kinds(await rig.cycle(6, world, { osDetection: true, profile: "deep", onRun }))).toEqual([]);
  const report = await rig.cycle(7, machine("Linux"), { osDetection: true, profile: "deep" });
  expect(report?.steps.map(({ anomaly, transition }) => [anomaly.kind, transition])).toEqual([
    ["os-shifted", "resolved"],
  ]);
});

test("a fragile host is not asked again", async () => {
  const rig = await linux();
  await rig.cycle(4, machine("FreeBSD"), { osDetection: true, profile: "deep", fragile: [A] });
  expect(systemRuns(rig, 4)).toEqual([]);
});
