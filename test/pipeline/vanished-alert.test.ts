import { describe, expect, it } from "vitest";
import type { World, WorldHost } from "../support/world-scanner.ts";
import { acceptAnomaly } from "../../src/baseline/accept.ts";
import { createRig, type CycleOptions, type Rig } from "./rig.ts";

const ADDRESSES = [1, 2, 3, 4, 5, 6].map((n) => `10.0.0.${n}`);
const DAY_MINUTES = 24 * 60;
const NORMAL: World = new Map(
  ADDRESSES.map((address, i): [string, WorldHost] => [
    address,
    { mac: `00-11-22-33-44-0${i}`, open: new Map([[22, "OpenSSH"]]) },
  ]),
);

/** The usual network, where this host has a port of remote administration. */
function withBackdoorOn(address: string): World {
  const host = NORMAL.get(address);
  if (host === undefined) throw new Error(`nobody at ${address}`);
  return new Map([...NORMAL, [address, { ...host, open: new Map([...host.open, [23, "telnetd"]]) }]]);
}

/** One cycle a day. */
async function day(rig: Rig, n: number, world: World, more: CycleOptions = {}) {
  return rig.cycle(n * DAY_MINUTES, world, more);
}

async function learned(): Promise<Rig> {
  const rig = createRig(ADDRESSES);
  for (let n = 1; n <= 6; n++) await day(rig, n, NORMAL);
  return rig;
}

function opened(report: Awaited<ReturnType<Rig["cycle"]>>) {
  return report?.steps.filter(({ transition }) => transition === "opened").map(({ anomaly }) => anomaly) ?? [];
}

const rarity = (found: ReturnType<typeof opened>) =>
  found.map(({ score }) => score.parts.find(({ name }) => name === "rarity")?.points);

describe("an alert that vanished by itself", () => {
  async function visited(
    more?: CycleOptions,
  ): Promise<{ readonly rig: Rig; readonly first: ReturnType<typeof opened> }> {
    const rig = await learned();
    const first = opened(await day(rig, 7, withBackdoorOn("10.0.0.1"), more));
    for (const n of [8, 9]) await day(rig, n, NORMAL, more);
    return { rig, first };
  }

  it.each([
    ["on the same host", "10.0.0.1"],
    ["on another host", "10.0.0.2"],
  ])("is as rare as before when it returns %s", async (_, address) => {
    const { rig, first } = await visited();
    expect(first).toMatchObject([{ kind: "port-opened", score: { band: "high" } }]);
    rig.crash();
    const second = opened(await day(rig, 10, withBackdoorOn(address)));
    expect(second).toMatchObject([{ kind: "port-opened" }]);
    expect(rarity(second)[0]).toBeGreaterThanOrEqual(rarity(first)[0] ?? 100);
  });

  it("makes its return more ordinary when it was none: below the threshold it is what happens here", async () => {
    const quiet: CycleOptions = { context: { alertAt: 100 } };
    const { rig, first } = await visited(quiet);
    const second = opened(await day(rig, 10, withBackdoorOn("10.0.0.1"), quiet));
    expect(rarity(second)[0]).toBeLessThan(rarity(first)[0] ?? 0);
  });

  it("counts once somebody accepted it", async () => {
    const rig = await learned();
    const [first] = opened(await day(rig, 7, withBackdoorOn("10.0.0.1")));
    const baseline = await rig.store().cycles.loadBaseline("office");
    if (first === undefined) throw new Error("nothing was told");
    const [host] = acceptAnomaly(baseline, first);
    expect([...(host?.churn?.keys() ?? [])]).toEqual([expect.stringMatching(/^port-opened /)]);
    expect(host?.ports.get("tcp/23")).not.toHaveProperty("alerted", true);
  });
});
