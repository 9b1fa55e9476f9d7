import { describe, expect, it, test } from "vitest";
import { formatIntervals, size } from "../../src/lib/intervals.ts";
import { installedNmap } from "../nse/nmap.ts";
import { describeWith } from "../support/availability.ts";
import { listener } from "../support/listeners.ts";
import { tempDir } from "../support/temp-dir.ts";
import type { World, WorldHost } from "../support/world-scanner.ts";
import { realScan } from "./real-scan.ts";
import { createRig, type Rig } from "./rig.ts";

const A = "10.0.0.1";
const SSH: readonly [number, string] = [22, "OpenSSH"];
const range = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i);

/** One host with SSH and these ports beside it. */
function worldOf(ports: readonly number[], more: Partial<WorldHost> = {}): World {
  const open = new Map([SSH, ...ports.map((port): [number, string] => [port, "nginx"])]);
  return new Map([[A, { mac: "00-11-22-33-44-00", open, ...more }]]);
}

async function learned(): Promise<Rig> {
  const rig = createRig([A]);
  for (const n of [1, 2, 3]) await rig.cycle(n, worldOf([]), PLAN);
  return rig;
}

const PLAN = { ports: "1-1000" };
const told = (report: Awaited<ReturnType<Rig["cycle"]>>) =>
  (report?.steps ?? []).map(({ anomaly, transition }) => `${anomaly.kind} ${transition} ${anomaly.confirmed}`);
const verified = (rig: Rig) =>
  rig.plans.filter((plan) => plan.phase === "verify").map((plan) => plan.ports.get("tcp") ?? []);

describe("ports that open together on one host", () => {
  it("are verified by a sample of sixteen, spread over them", async () => {
    const rig = await learned();
    expect(told(await rig.cycle(4, worldOf(range(100, 160)), PLAN))).toEqual(["ports-opened opened true"]);
    expect(verified(rig).map(formatIntervals)).toEqual([
      range(0, 16)
        .map((i) => 100 + i * 10)
        .join(","),
    ]);
  });

  it("are asked about once only", async () => {
    const rig = await learned();
    for (const n of [4, 5, 6]) await rig.cycle(n, worldOf(range(100, 160)), PLAN);
    expect(verified(rig)).toHaveLength(1);
  });

  it("are neither told nor learned when the sample refutes them", async () => {
    const rig = await learned();
    const syn = worldOf(range(100, 160), { synOnly: [[100, 259]] });
    for (const n of [4, 5]) expect(told(await rig.cycle(n, syn, PLAN))).toEqual([]);
    for (const n of [6, 7]) expect(told(await rig.cycle(n, worldOf([]), PLAN))).toEqual([]);
    const [host] = [...(await rig.store().cycles.loadBaseline("office")).hosts.values()];
    expect([...(host?.ports.keys() ?? [])]).toEqual(["tcp/22"]);
    expect(host?.burst).toBeUndefined();
  });

  it("leave no memory of single ports, and a new one among the others is told", async () => {
    const rig = await learned();
    await rig.cycle(4, worldOf(range(100, 40)), PLAN);
    const report = await rig.cycle(5, worldOf([...range(100, 40), 900]), PLAN);
    expect(told(report)).toContain("port-opened opened true");
    const [host] = [...(await rig.store().cycles.loadBaseline("office")).hosts.values()];
    expect([...(host?.ports.keys() ?? [])]).toEqual(["tcp/22", "tcp/900"]);
    expect(size(host?.burst?.ports.get("tcp") ?? [])).toBe(40);
  });

  it("survive a restart as the same anomaly", async () => {
    const rig = await learned();
    const [first] = (await rig.cycle(4, worldOf(range(100, 40)), PLAN))?.steps ?? [];
    rig.crash();
    expect(told(await rig.cycle(5, worldOf(range(100, 40)), PLAN))).toEqual([]);
    expect(told(await rig.cycle(6, worldOf([]), PLAN))).toEqual([]);
    const [last] = (await rig.cycle(7, worldOf([]), PLAN))?.steps ?? [];
    expect([last?.transition, last?.anomaly.id]).toEqual(["resolved", first?.anomaly.id]);
  });
});

describeWith(installedNmap(), "a real host on which many ports open", () => {
  const cases = [
    { name: "some of those that are asked", count: 20, address: "127.0.46.1", kind: "ports-opened", port: 21_000 },
    { name: "nearly all that are asked", count: 300, address: "127.0.46.2", kind: "all-ports-open", port: 22_000 },
  ];
  test.each(cases)("$name: one anomaly, confirmed by nmap", { timeout: 300_000 }, async (row) => {
    const { address, port, count } = row;
    const directory = tempDir();
    const last = port + 349;
    const text = `segment: s\ntargets: [${address}]\nports: [${port - 1}, "${port}-${last}"]\npace: fast\ncontrolled: true\nos_detection: false\n`;
    const scan = () => realScan(text, directory);
    const hello = { kind: "banner", text: "220 ready\r\n" } as const;
    await listener(address, port - 1, hello);
    await scan();
    for (const number of range(port, count)) await listener(address, number, hello);
    expect(told(await scan())).toEqual([`${row.kind} opened true`]);
  });
});
