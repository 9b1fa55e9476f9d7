import { describe, expect, it } from "vitest";
import type { PlannedChange } from "../../src/domain/planned-change.ts";
import { NOW } from "../store/support/temp-store.ts";
import type { World, WorldHost } from "../support/world-scanner.ts";
import { createRig, type Rig, SEGMENT } from "./rig.ts";

const A = "10.0.0.1";
const B = "10.0.0.2";
const MINUTE = 60_000;
const at = (n: number) => NOW + n * MINUTE;

/** A with SSH and these ports, B with SSH alone. */
function world(ports: readonly (readonly [number, string])[], more: Partial<WorldHost> = {}): World {
  const open = (extra: typeof ports) => new Map<number, string>([[22, "OpenSSH"], ...extra]);
  return new Map([
    [A, { mac: "00-11-22-33-44-00", open: open(ports), ...more }],
    [B, { mac: "00-11-22-33-44-01", open: open([]) }],
  ]);
}

function announced(extra: Partial<PlannedChange> = {}): PlannedChange {
  return {
    id: "change-1",
    segment: SEGMENT,
    place: { hosts: [A], networks: [], groups: [] },
    ports: [{ transport: "tcp", from: 80, to: 90 }],
    from: at(3.5),
    until: at(6.5),
    by: "deploy",
    ticket: "CHG-4711",
    origin: "cli",
    announcedAt: at(3.5),
    state: "announced",
    matched: [],
    ...extra,
  };
}

async function learned(change: PlannedChange | null): Promise<Rig> {
  const rig = createRig([A, B]);
  for (const n of [1, 2, 3]) await rig.cycle(n, world([]));
  if (change !== null) await announce(rig, change);
  return rig;
}

async function announce(rig: Rig, change: PlannedChange): Promise<void> {
  await rig.store().cycles.commitOperator({
    audit: {
      id: `audit-${change.id}`,
      kind: "mute-added",
      at: change.announcedAt,
      by: change.by,
      via: "cli",
      object: "change",
      reason: change.ticket,
      until: change.until,
      before: null,
      after: null,
      anomalyId: null,
    },
    anomalies: [],
    hosts: [],
    baseline: null,
    addMutes: [],
    removeMutes: [],
    changes: [change],
    events: [],
  });
}

type Report = Awaited<ReturnType<Rig["cycle"]>>;
const told = (report: Report) =>
  (report?.steps ?? []).map((step) => {
    const { kind, subject, informational } = step.anomaly;
    return `${kind} ${subject} ${step.transition}${informational ? " info" : ""}${step.notable ? " notable" : ""}`;
  });
const changes = (rig: Rig) => rig.store().history.changes(SEGMENT, 10);
const health = (report: Report) => report?.health.map((one) => one.kind) ?? [];

describe("an announced change", () => {
  it("explains its news: told once for information with the ticket, learned, listed", async () => {
    const rig = await learned(announced());
    const report = await rig.cycle(4, world([[80, "nginx"]]));
    expect(told(report)).toEqual(["port-opened tcp/80 opened info"]);
    expect(report?.steps[0]?.anomaly.message).toContain("announced with CHG-4711");
    expect(report?.steps[0]?.anomaly.score.band).toBe("low");
    const body = JSON.parse((await rig.bodies()).find((one) => one.includes('"port-opened"')) ?? "{}");
    expect(body.event.kind).toBe("event");
    expect(body.tripline.change).toMatchObject({ id: "change-1", ticket: "CHG-4711", by: "deploy" });
    expect(told(await rig.cycle(5, world([[80, "nginx"]])))).toEqual(["port-opened tcp/80 aged info"]);
    expect(told(await rig.cycle(6, world([[80, "nginx"]])))).toEqual([]);
    expect((await changes(rig))[0]?.matched).toMatchObject([{ kind: "port-opened", subject: "tcp/80", address: A }]);
  });

  it("has made its port normal: when it closes after the change, that is news", async () => {
    const rig = await learned(announced());
    for (const n of [4, 5, 6, 7]) await rig.cycle(n, world([[80, "nginx"]]));
    for (const n of [8, 9]) await rig.cycle(n, world([]));
    const hosts = [...(await rig.store().cycles.loadBaseline(SEGMENT)).hosts.values()];
    const host = hosts.find((one) => one.address === A);
    expect(host?.ports.get("tcp/80")).toMatchObject({ reference: "open", current: "closed" });
  });

  it.each([
    ["another port of the host", announced({ ports: [{ transport: "tcp", from: 90, to: 99 }] })],
    ["the same port over UDP only", announced({ ports: [{ transport: "udp", from: 80, to: 80 }] })],
    ["another host", announced({ place: { hosts: [B], networks: [], groups: [] } })],
    ["a host group without the host", announced({ place: { hosts: [], networks: [], groups: ["web"] } })],
    ["a time that is over", announced({ from: at(1), until: at(2.5), announcedAt: at(1) })],
    ["a time to come", announced({ from: at(9), until: at(12) })],
    ["a change that was cancelled", announced({ state: "cancelled" })],
  ])("does not explain news outside of what it says: it is for %s", async (_, change) => {
    const rig = await learned(change);
    expect(told(await rig.cycle(4, world([[80, "nginx"]])))).toEqual(["port-opened tcp/80 opened notable"]);
  });

  it("explains what happened in its time although the next scan comes later", async () => {
    const rig = await learned(announced({ until: at(3.8) }));
    expect(told(await rig.cycle(6, world([[80, "nginx"]])))).toEqual(["port-opened tcp/80 opened info"]);
  });

  it("explains a closing that takes several scans to be sure, also after its end", async () => {
    const rig = createRig([A, B]);
    for (const n of [1, 2, 3]) await rig.cycle(n, world([[80, "nginx"]]));
    await announce(rig, announced({ until: at(3.8) }));
    expect(told(await rig.cycle(4, world([])))).toEqual([]);
    expect(told(await rig.cycle(5, world([])))).toEqual(["port-closed tcp/80 opened info"]);
    expect(told(await rig.cycle(6, world([])))).toEqual(["port-closed tcp/80 aged info"]);
    expect(told(await rig.cycle(7, world([[80, "nginx"]])))).toEqual(["port-opened tcp/80 opened notable"]);
  });

  it("takes in what was reported before it was announced, when it says so", async () => {
    const rig = await learned(null);
    expect(told(await rig.cycle(4, world([[80, "nginx"]])))).toEqual(["port-opened tcp/80 opened notable"]);
    await announce(rig, announced({ announcedAt: at(4.5) }));
    const report = await rig.cycle(5, world([[80, "nginx"]]));
    expect(told(report)).toEqual(["port-opened tcp/80 accepted"]);
    expect(report?.steps[0]?.reason).toBe("deploy: announced with CHG-4711.");
    expect(told(await rig.cycle(6, world([[80, "nginx"]])))).toEqual([]);
  });

  it("never explains what nmap calls a backdoor", async () => {
    const rig = await learned(announced());
    expect(told(await rig.cycle(4, world([[80, "**BACKDOOR** shell"]])))).toEqual([
      "exposure-found tcp/80 opened notable",
    ]);
  });

  it.each([
    ["another program", "Apache httpd", {}, ["service-changed tcp/80 opened info"]],
    ["another network card", "nginx", { mac: "00-11-22-33-44-09" }, ["mac-changed mac opened notable"]],
  ] as const)("explains another program on the port, never another card: %s", async (_, product, more, expected) => {
    const rig = createRig([A, B]);
    for (const n of [1, 2, 3]) await rig.cycle(n, world([[80, "nginx"]]));
    await announce(rig, announced());
    expect(told(await rig.cycle(4, world([[80, product]], more)))).toEqual(expected);
  });

  it("explains a newcomer at a named address, and its ports are those that were announced", async () => {
    const place = { hosts: [A], networks: [], groups: [] };
    const only = (open: readonly number[]): World =>
      new Map([
        [B, { mac: "00-11-22-33-44-01", open: new Map([[22, "OpenSSH"]]) }],
        ...(open.length === 0
          ? []
          : [[A, { mac: "00-11-22-33-44-00", open: new Map(open.map((port) => [port, "nginx"])) }] as const]),
      ]);
    for (const [open, expected] of [
      [[80], "host-appeared presence opened info"],
      [[80, 44], "host-appeared presence opened notable"],
    ] as const) {
      const rig = createRig([A, B]);
      for (const n of [1, 2, 3]) await rig.cycle(n, only([]));
      await announce(rig, announced({ place }));
      expect(told(await rig.cycle(4, only(open)))).toEqual([expected]);
    }
  });

  it("does not explain a newcomer somewhere in a network", async () => {
    const rig = createRig([A, B]);
    const alone: World = new Map([[B, { mac: "00-11-22-33-44-01", open: new Map([[22, "OpenSSH"]]) }]]);
    for (const n of [1, 2, 3]) await rig.cycle(n, alone);
    await announce(rig, announced({ place: { hosts: [], networks: ["10.0.0.0/24"], groups: [] }, ports: [] }));
    expect(told(await rig.cycle(4, world([])))).toEqual(["host-appeared presence opened notable"]);
  });

  it("is for the hosts of a group by their tag", async () => {
    const rig = await learned(announced({ place: { hosts: [], networks: [], groups: ["web"] } }));
    const policy = { hostTags: (address: string) => (address === A ? ["web"] : []) };
    expect(told(await rig.cycle(4, world([[80, "nginx"]]), { policy }))).toEqual(["port-opened tcp/80 opened info"]);
  });

  it("that never came is said once, when it ends", async () => {
    const rig = await learned(announced({ until: at(4.5) }));
    expect(health(await rig.cycle(4, world([])))).toEqual([]);
    const report = await rig.cycle(5, world([]));
    expect(health(report)).toEqual(["change-not-seen"]);
    expect(report?.health[0]?.message).toContain("CHG-4711");
    expect(health(await rig.cycle(6, world([])))).toEqual([]);
    expect((await changes(rig))[0]?.state).toBe("ended");
  });

  it("waits with its end for what is missed once and told later", async () => {
    const rig = createRig([A, B]);
    for (const n of [1, 2, 3]) await rig.cycle(n, world([[80, "nginx"]]));
    await announce(rig, announced({ until: at(3.8) }));
    expect(health(await rig.cycle(4, world([])))).toEqual([]);
    expect(told(await rig.cycle(5, world([])))).toEqual(["port-closed tcp/80 opened info"]);
    expect(health(await rig.cycle(6, world([])))).toEqual([]);
    expect((await changes(rig))[0]?.state).toBe("ended");
  });

  it("that is only for this run explains as well, and is not kept", async () => {
    const rig = await learned(null);
    const policy = { changes: [announced()] };
    expect(told(await rig.cycle(4, world([[80, "nginx"]]), { policy }))).toEqual(["port-opened tcp/80 opened info"]);
    expect(await changes(rig)).toEqual([]);
  });
});

describe("a maintenance window", () => {
  const policy = {
    maintenance: (_: unknown, now: number) => (now <= at(5.5) ? { window: "Sat 02:00-04:00", until: at(5.5) } : null),
  };

  it("lowers news, and what is still there afterwards is raised", async () => {
    const rig = await learned(null);
    expect(told(await rig.cycle(4, world([[80, "nginx"]]), { policy }))).toEqual(["port-opened tcp/80 opened info"]);
    expect(told(await rig.cycle(5, world([[80, "nginx"]]), { policy }))).toEqual([]);
    const report = await rig.cycle(6, world([[80, "nginx"]]), { policy });
    expect(told(report)).toEqual(["port-opened tcp/80 opened notable"]);
    expect(report?.steps[0]?.reason).toContain("Still there after the maintenance window ended.");
    expect(report?.steps[0]?.anomaly).toMatchObject({ episode: 2, state: "open" });
    expect(report?.steps[0]?.anomaly.score.value).toBeGreaterThan(21);
    expect(told(await rig.cycle(7, world([[80, "nginx"]]), { policy }))).toEqual([]);
  });

  it("is quiet about what is gone again by its end", async () => {
    const rig = await learned(null);
    await rig.cycle(4, world([[80, "nginx"]]), { policy });
    for (const n of [6, 7, 8])
      expect(told(await rig.cycle(n, world([]), { policy })).filter((line) => !line.includes("resolved"))).toEqual([]);
  });

  it("ends nothing that was reported before it", async () => {
    const rig = await learned(null);
    expect(told(await rig.cycle(4, world([[80, "nginx"]])))).toEqual(["port-opened tcp/80 opened notable"]);
    expect(told(await rig.cycle(5, world([[80, "nginx"]]), { policy }))).toEqual([]);
    expect(told(await rig.cycle(6, world([[80, "nginx"]]), { policy }))).toEqual([]);
  });

  it("does not hide a backdoor", async () => {
    const rig = await learned(null);
    expect(told(await rig.cycle(4, world([[80, "**BACKDOOR** shell"]]), { policy }))).toEqual([
      "exposure-found tcp/80 opened notable",
    ]);
  });
});
