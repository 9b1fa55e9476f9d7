import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { RouteLook, VantageControl, VantageLook } from "../../src/domain/vantage.ts";
import type { World, WorldHost } from "../support/world-scanner.ts";
import { createRig, type CycleOptions, type Rig } from "./rig.ts";

const ADDRESSES = [1, 2, 3, 4, 5, 6].map((n) => `10.0.0.${n}`);
const NORMAL: World = new Map(
  ADDRESSES.map((address, i): [string, WorldHost] => [
    address,
    {
      mac: `00-11-22-33-44-0${i}`,
      open: new Map([
        [22, "OpenSSH"],
        [80, "nginx"],
      ]),
    },
  ]),
);
const EMPTY: World = new Map();
const FILTERED: World = new Map([...NORMAL].map(([address, host]) => [address, { ...host, filtered: [[1, 65_535]] }]));
const SLOW: World = new Map([...NORMAL].map(([address, host]) => [address, { ...host, srttMicros: 400_000 }]));

const ROUTE: RouteLook = {
  to: "10.0.0.1",
  reachable: true,
  device: "eth0",
  source: "10.0.0.250",
  sourceMac: "02-00-00-00-00-FA",
  gateway: "10.0.0.254",
  linkUp: true,
  gatewayState: "answers",
  gatewayMac: "02-00-00-00-00-FE",
};
const SELF_TEST: VantageControl = { name: "self-test", result: "ok", detail: null };
const GOOD: VantageLook = { routes: [ROUTE], selfTest: SELF_TEST };
const looking = (change: Partial<RouteLook>): VantageLook => ({ ...GOOD, routes: [{ ...ROUTE, ...change }] });

/** A cycle whose vantage looks so before and after. */
function watched(before: VantageLook, after: VantageLook = before): CycleOptions {
  // oxlint-disable-next-line require-await -- the port is asynchronous, this vantage is not
  return { shardSize: 2, deps: { watch: { before, after: async () => after } } };
}

const event = z.object({ event: z.object({ action: z.string(), reason: z.string().optional() }) });

async function actions(rig: Rig): Promise<readonly string[]> {
  const routine = new Set(["scan-completed", "scan-partial", "scan-failed"]);
  const all = (await rig.bodies()).map((body) => event.parse(JSON.parse(body)).event.action);
  return all.filter((action) => !routine.has(action) && !action.endsWith("-observed"));
}

async function learned(addresses: readonly string[] = ADDRESSES, world: World = NORMAL): Promise<Rig> {
  const rig = createRig(addresses);
  for (let n = 1; n <= 6; n++) await rig.cycle(n, world, watched(GOOD));
  return rig;
}

const MOVED = { vantage: { name: "office", segment: "office", closed: false, hostname: null, mac: null } as const };
function movedTo(sourceAddress: string): CycleOptions {
  const look = looking({ source: sourceAddress });
  const how = watched(look);
  return { ...how, context: { vantage: { ...MOVED.vantage, sourceAddress, privilege: "single" } } };
}

describe("a vantage that fails", () => {
  it.each<[string, World, CycleOptions, RegExp]>([
    ["the link goes down in the middle", EMPTY, watched(GOOD, looking({ linkUp: false })), /eth0 is down/],
    [
      "there is no route any more",
      EMPTY,
      watched(GOOD, looking({ reachable: false, device: null, linkUp: null })),
      /no route to 10\.0\.0\.1/,
    ],
    ["another way out is taken", NORMAL, watched(GOOD, looking({ device: "wlan0" })), /now by wlan0/],
    [
      "the gateway is gone",
      EMPTY,
      watched(GOOD, looking({ gatewayState: "silent", gatewayMac: null })),
      /10\.0\.0\.254 does not answer/,
    ],
    ["another machine is the gateway", NORMAL, watched(looking({ gatewayMac: "02-00-00-00-00-AA" })), /gateway is now/],
    ["the source address changed", NORMAL, movedTo("10.0.0.77"), /scans now come from 10\.0\.0\.77/],
    ["a firewall drops everything", FILTERED, watched(GOOD), /12 of 12 known open ports turned silent/],
    ["everybody vanishes", EMPTY, watched(GOOD), /6 of 6 known hosts vanished/],
    [
      "the self-test fails",
      NORMAL,
      watched(GOOD, { ...GOOD, selfTest: { ...SELF_TEST, result: "failed" } }),
      /self-test/,
    ],
    ["the network is overloaded", SLOW, watched(GOOD), /answer after 400 ms/],
  ])("because %s: one degraded and one recovery event, and nobody is gone", async (...[, world, how, reason]) => {
    const rig = await learned();
    const before = (await actions(rig)).length;
    for (const n of [7, 8]) {
      const report = await rig.cycle(n, world, how);
      expect(report?.vantage).toMatchObject({ state: "degraded", reason: expect.stringMatching(reason) });
    }
    for (const n of [9, 10, 11, 12]) await rig.cycle(n, NORMAL, watched(GOOD));
    expect((await actions(rig)).slice(before)).toEqual(["vantage-degraded", "vantage-recovered"]);
  });

  it("because all three hosts of a small segment vanish, which a share of vanished hosts would not tell", async () => {
    const rig = await learned(ADDRESSES.slice(0, 3), new Map([...NORMAL].slice(0, 3)));
    const report = await rig.cycle(7, EMPTY, watched(GOOD));
    expect(report?.vantage).toMatchObject({
      problems: ["control-failed"],
      reason: expect.stringMatching(/^control sentinels/),
    });
  });

  it("is not what a host is that was switched off: it is told as gone", async () => {
    const rig = await learned();
    const before = (await actions(rig)).length;
    for (const n of [7, 8, 9]) await rig.cycle(n, new Map([...NORMAL].slice(1)), watched(GOOD));
    expect((await actions(rig)).slice(before)).toEqual(["host-disappeared"]);
  });
});

describe("what opened while answers were lost", () => {
  /** The slow network, where one host has one more port. */
  function withPort(change: (host: WorldHost) => Partial<WorldHost>): World {
    const [address, host] = [...SLOW][0] ?? ["", { open: new Map<number, string>() }];
    return new Map([...SLOW, [address, { ...host, open: new Map([...host.open, [90, "Jetty"]]), ...change(host) }]]);
  }
  const checks = (rig: Rig) => rig.plans.filter((plan) => plan.phase === "verify");

  it("is asked once more in the same scan: it is confirmed, and told with what it is", async () => {
    const rig = await learned();
    const report = await rig.cycle(
      7,
      withPort(() => ({})),
      watched(GOOD),
    );
    expect(report?.vantage.state).toBe("degraded");
    expect(checks(rig)).toMatchObject([{ addresses: ["10.0.0.1"], ports: new Map([["tcp", [[90, 90]]]]) }]);
    const found = report?.steps.map(({ anomaly }) => anomaly) ?? [];
    expect(found).toMatchObject([{ kind: "port-opened", confirmed: true, after: { product: "Jetty" } }]);
  });

  it("is not told when the second probe finds it closed", async () => {
    const rig = await learned();
    const report = await rig.cycle(
      7,
      withPort(() => ({ synOnly: [[90, 90]] })),
      watched(GOOD),
    );
    expect(report?.vantage.state).toBe("degraded");
    expect(report?.steps).toEqual([]);
  });

  it("and nobody asks about what did not answer, or where the link is down", async () => {
    const rig = await learned();
    await rig.cycle(7, FILTERED, watched(GOOD));
    await rig.cycle(
      8,
      withPort(() => ({})),
      watched(GOOD, looking({ linkUp: false })),
    );
    expect(checks(rig)).toEqual([]);
  });
});

describe("what no second look can confirm", () => {
  /** One host answers ARP with another card. */
  const swapped = (world: World): World =>
    new Map([...world].map(([address, host], i) => [address, i === 0 ? { ...host, mac: "00-11-22-33-44-99" } : host]));
  const told = (report: Awaited<ReturnType<Rig["cycle"]>>) =>
    report?.steps.map(({ transition, anomaly }) => `${transition} ${anomaly.kind}`);

  it("is not told by a scan in doubt, but by the next one that is believed", async () => {
    const rig = await learned();
    const doubtful = await rig.cycle(7, swapped(SLOW), watched(GOOD));
    expect([doubtful?.vantage.state, told(doubtful)]).toEqual(["degraded", []]);
    expect(told(await rig.cycle(8, swapped(NORMAL), watched(GOOD)))).toEqual(["opened mac-changed"]);
  });

  it("is told by the fourth scan in doubt, because such a sensor gets no better days", async () => {
    const rig = await learned();
    for (const n of [7, 8, 9]) expect(told(await rig.cycle(n, swapped(SLOW), watched(GOOD)))).toEqual([]);
    rig.crash();
    expect(told(await rig.cycle(10, swapped(SLOW), watched(GOOD)))).toEqual(["opened mac-changed"]);
  });

  it("stays open when it was told before the doubt", async () => {
    const rig = await learned();
    await rig.cycle(7, swapped(NORMAL), watched(GOOD));
    await rig.cycle(8, swapped(SLOW), watched(GOOD));
    const [anomaly] = await rig.store().cycles.loadAnomalies("office");
    expect(anomaly).toMatchObject({ kind: "mac-changed", state: "open", count: 2 });
  });
});

describe("silent sentinels", () => {
  it("are asked once more at the end, and one answer is enough", async () => {
    const rig = await learned();
    // Nobody answers until the doubts are asked: an outage that ends with the scan.
    const world: World = new Map();
    const onRun = (plan: { readonly shard: number }) => {
      if (plan.shard === 65_536) for (const [address, host] of NORMAL) world.set(address, host);
    };
    const report = await rig.cycle(7, world, { ...watched(GOOD), onRun });
    const asked = new Set(rig.plans.filter((plan) => plan.shard === 65_536).flatMap((plan) => plan.addresses));
    expect(asked.size).toBe(5);
    expect(report?.vantage.state).toBe("ok");
    expect(report?.summary.hosts.up).toBe(5);
  });
});

describe("a vantage that moved for good", () => {
  it("is taken over after three cycles, and nothing is told as new or gone", async () => {
    const rig = await learned();
    const before = (await actions(rig)).length;
    for (const n of [7, 8, 9, 10, 11]) await rig.cycle(n, NORMAL, movedTo("10.0.0.77"));
    expect((await actions(rig)).slice(before)).toEqual(["vantage-degraded", "vantage-recovered"]);
    expect((await rig.store().cycles.loadBaseline("office")).vantage).toMatchObject({
      state: "ok",
      sourceAddress: "10.0.0.77",
    });
  });
});
