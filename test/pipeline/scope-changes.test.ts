import { expect, it } from "vitest";
import type { World, WorldHost } from "../support/world-scanner.ts";
import { createRig, type CycleOptions, type Rig } from "./rig.ts";

const machine = (n: number, ...ports: readonly number[]): WorldHost => ({
  mac: `00-11-22-33-44-${String(n).padStart(2, "0")}`,
  open: new Map(ports.map((port) => [port, "OpenSSH"])),
});
const [OFFICE, LAB] = ["10.0.0", "10.0.1"].map((net) => [1, 2, 3, 4].map((n) => `${net}.${n}`)) as [string[], string[]];
const world = (addresses: readonly string[], ...ports: readonly number[]): World =>
  new Map(addresses.map((address, i) => [address, machine(i + (address.startsWith("10.0.1.") ? 50 : 10), ...ports)]));
const EVERYBODY = world([...OFFICE.slice(0, 3), ...LAB.slice(0, 3)], 22);

async function told(rig: Rig, n: number, now: World, more: CycleOptions = {}): Promise<readonly string[]> {
  const report = await rig.cycle(n, now, more);
  return (report?.steps ?? []).map(({ anomaly }) => `${anomaly.kind} ${anomaly.host?.address}`);
}

async function mature(addresses: readonly string[]): Promise<Rig> {
  const rig = createRig(addresses);
  for (const n of [1, 2, 3]) await rig.cycle(n, EVERYBODY);
  return rig;
}

it("a network that is newly listed is learned silently, and from then on a stranger in it is news", async () => {
  const rig = await mature(OFFICE);
  const addresses = [...OFFICE, ...LAB];
  expect(await told(rig, 4, EVERYBODY, { addresses })).toEqual([]);
  expect(await told(rig, 5, EVERYBODY, { addresses })).toEqual([]);
  const more: World = new Map([...EVERYBODY, ["10.0.1.4", machine(99, 22)]]);
  expect(await told(rig, 6, more, { addresses })).toEqual(["host-appeared 10.0.1.4"]);
});

it("a stranger in what was asked before is news in the same scan", async () => {
  const rig = await mature(OFFICE);
  const more: World = new Map([...EVERYBODY, ["10.0.0.4", machine(98, 22)]]);
  expect(await told(rig, 4, more, { addresses: [...OFFICE, ...LAB] })).toEqual(["host-appeared 10.0.0.4"]);
});

it("what was taken off the list for a while and comes back was asked before", async () => {
  const rig = await mature([...OFFICE, ...LAB]);
  for (const n of [4, 5]) expect(await told(rig, n, EVERYBODY, { addresses: OFFICE })).toEqual([]);
  const more: World = new Map([...EVERYBODY, ["10.0.1.4", machine(99, 22)]]);
  expect(await told(rig, 6, more, { addresses: [...OFFICE, ...LAB] })).toEqual(["host-appeared 10.0.1.4"]);
});

it("is remembered over a restart", async () => {
  const rig = await mature(OFFICE);
  const addresses = [...OFFICE, ...LAB];
  await rig.cycle(4, world(OFFICE.slice(0, 3), 22), { addresses });
  rig.crash();
  const more = world([...OFFICE.slice(0, 3), "10.0.1.1"], 22);
  expect(await told(rig, 5, more, { addresses })).toEqual(["host-appeared 10.0.1.1"]);
});

it("a port that is newly asked shows what was open all along: it is learned silently, and the next opening is news", async () => {
  const rig = createRig(OFFICE);
  const before = world(OFFICE.slice(0, 3), 22, 150);
  for (const n of [1, 2, 3]) await rig.cycle(n, before, { ports: "1-100" });
  expect(await told(rig, 4, before, { ports: "1-200" })).toEqual([]);
  expect(await told(rig, 5, before, { ports: "1-200" })).toEqual([]);
  const opened: World = new Map([...before, ["10.0.0.2", machine(11, 22, 150, 160)]]);
  expect(await told(rig, 6, opened, { ports: "1-200" })).toEqual(["port-opened 10.0.0.2"]);
});
