import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { HostSpec } from "../support/nmap-xml.ts";
import { office, type Told } from "./declared-state.ts";
import { host, open, type Recording } from "./recording.ts";
import { but, plus } from "./segment.ts";

const INVENTORY = "[{ inventory: a.csv, complete_for: [10.0.0.0/28] }]";
/** Six servers of which one port is declared and seven are not, and two that nobody wrote down. */
const EIGHT: readonly HostSpec[] = [1, 2, 3, 4, 5, 6, 7, 8].map((n) =>
  host(`10.0.0.${n}`, n > 6 ? open(22, 80) : open(22, 80, 111, 139, 443, 445, 631, 873)),
);
const SSH = [1, 2, 3, 4, 5, 6].map((n) => `10.0.0.${n},22,tcp,`);
/** Declared and not there. */
const ABSENT = ["10.0.0.1,25,tcp,", "10.0.0.2,25,tcp,"];

const with444 = but(EIGHT, 2, (h) => plus(h, { port: 444 }));
const on = (address: string, ...ports: number[]) => host(address, open(...ports));
const quiet = { alerts: [], summaries: [] };

function started() {
  const place = office();
  place.inventory("a.csv", SSH);
  return place;
}

describe("the first look at an inventory", () => {
  it("is one summary and no alert, whatever much it finds; what appears later alerts with its own score", async () => {
    const place = office();
    place.inventory("a.csv", [...SSH, ...ABSENT]);
    const first = await place.scan(EIGHT, INVENTORY);
    expect(first.alerts).toEqual([]);
    expect(first.summaries).toEqual(["a.csv: First look at a.csv: 46 findings on 8 hosts; tripline drift lists them."]);
    expect(first.steps).toEqual({ opened: 44 });
    expect(first.events.find((one) => one.event.action === "declaration-evaluated")).toMatchObject({
      event: { kind: "event", outcome: "success" },
      tripline: { declared: { findings: { total: 46, hosts: 8, critical: 0, high: 44, medium: 2, low: 0 } } },
    });
    expect(first.events.filter((one) => one.tripline.declared?.first_look === true)).toHaveLength(44);
    const second = await place.scan(EIGHT, INVENTORY);
    expect(second).toMatchObject(quiet);
    const third = await place.scan(with444, INVENTORY);
    expect(third).toMatchObject({ alerts: ["undeclared-port 10.0.0.3:444"], summaries: [] });
    expect(third.events.find((one) => one.event.kind === "alert")?.event.risk_score).toBeGreaterThan(48);
    expect(await place.scan(with444, INVENTORY)).toMatchObject(quiet);
  });

  it("tells the absences that need further sightings as part of it, and an endpoint that was there as news", async () => {
    const place = office();
    place.inventory("a.csv", [...SSH, ...ABSENT]);
    const more = "tags: [{ match: 10.0.0.0/24, tags: [crown-jewel] }]\n";
    const steps = [];
    for (let i = 0; i < 3; i++) {
      const told = await place.scan([on("10.0.0.1", 22), ...EIGHT.slice(6)], INVENTORY, more);
      expect(told.alerts.filter((alert) => alert.startsWith("missing"))).toEqual([]);
      steps.push(told.json.anomalies.filter((a) => a.kind === "missing-endpoint").length);
    }
    expect(steps).toEqual([0, 1, 0]);
    const back = await place.scan([on("10.0.0.1", 22, 25), ...EIGHT.slice(6)], INVENTORY, more);
    expect(back).toMatchObject({ ...quiet, steps: { resolved: 1 } });
    const gone = [on("10.0.0.1", 22), ...EIGHT.slice(6)];
    const later = [await place.scan(gone, INVENTORY, more), await place.scan(gone, INVENTORY, more)];
    expect(later.flatMap((told) => told.alerts)).toEqual(["missing-endpoint 10.0.0.1:25"]);
  });

  it("alerts for critical findings only, one by one", async () => {
    const told = await started().scan(EIGHT, INVENTORY, "tags: [{ match: 10.0.0.4, tags: [crown-jewel] }]\n");
    expect(told.summaries).toHaveLength(1);
    expect(told.alerts).toHaveLength(7);
    expect(told.alerts.every((alert) => alert.startsWith("undeclared-port 10.0.0.4:"))).toBe(true);
  });

  it("a finding of it that becomes critical alerts then", async () => {
    const place = started();
    await place.scan(EIGHT, INVENTORY);
    const tags = (name: string) => `tags: [{ match: 10.0.0.7, tags: [${name}] }]\n`;
    expect(await place.scan(EIGHT, INVENTORY, tags("production"))).toMatchObject(quiet);
    expect((await place.scan(EIGHT, INVENTORY, tags("crown-jewel"))).alerts).toEqual(["undeclared-host 10.0.0.7"]);
  });

  it("what it found goes away in silence, but for what a server loses, and is news when it comes back", async () => {
    const place = started();
    await place.scan(EIGHT, INVENTORY);
    const bare = but(EIGHT, 0, () => on("10.0.0.1", 22));
    const told = [await place.scan(bare, INVENTORY), await place.scan(bare, INVENTORY)];
    expect(told.flatMap((one) => one.summaries)).toEqual([]);
    expect(told.flatMap((one) => one.alerts)).toEqual([expect.stringMatching(/^ports-changed 10\.0\.0\.1/)]);
    expect(told[1]?.steps).toMatchObject({ resolved: 7 });
    const again = await place.scan(
      but(EIGHT, 0, () => on("10.0.0.1", 22, 80)),
      INVENTORY,
    );
    expect(again.alerts).toEqual(["undeclared-port 10.0.0.1:80"]);
  });

  it("what is not declared names the source that says so", async () => {
    const told = await started().scan(EIGHT, INVENTORY);
    const source = (ip: string) =>
      told.events.find((one) => one.tripline.anomaly !== undefined && one.server?.ip === ip)?.tripline.declared?.source;
    expect(source("10.0.0.3")).toMatchObject({ file: "a.csv", line: 4 });
    expect(source("10.0.0.8")).toMatchObject({ file: "a.csv" });
    expect(source("10.0.0.8")).not.toHaveProperty("line");
  });

  it("a change on the wire in the same scan is no part of it", async () => {
    const place = started();
    for (let i = 0; i < 3; i++) await place.scan(EIGHT, null);
    const told = await place.scan([...with444, on("10.0.0.9", 22)], INVENTORY);
    expect(told.alerts).toEqual(["undeclared-port 10.0.0.3:444", "undeclared-host 10.0.0.9"]);
    expect(told.summaries).toHaveLength(1);
  });

  it("a service that changed in the same scan is no part of it, one that changed before is", async () => {
    const speaking = (name: string) => [
      host("10.0.0.1", [{ port: 80, service: { name, product: name === "http" ? "nginx" : "OpenSSH", version: "1" } }]),
    ];
    const declared = "[{ inventory: a.csv }]";
    const places = [office(), office()] as const;
    for (const place of places) {
      place.inventory("a.csv", ["10.0.0.1,80,tcp,http"]);
      for (let i = 0; i < 3; i++) await place.scan(speaking("http"), null);
    }
    expect((await places[0].scan(speaking("ssh"), declared)).alerts).toEqual(["service-mismatch 10.0.0.1:80"]);
    expect((await places[1].scan(speaking("ssh"), null)).alerts).toEqual(["service-changed 10.0.0.1:80"]);
    const told = await places[1].scan(speaking("ssh"), declared);
    expect(told).toMatchObject({ alerts: [], steps: { opened: 1, resolved: 1 } });
    expect(told.summaries).toHaveLength(1);
  });

  it("after months of scans is as quiet: what was always open is not rare", async () => {
    const place = started();
    for (let i = 0; i < 25; i++) await place.scan(EIGHT.slice(0, 2), null);
    const told = await place.scan(EIGHT.slice(0, 2), INVENTORY);
    expect(told).toMatchObject({ alerts: [], steps: { opened: 14 } });
  });
});

describe("a first look of its own", () => {
  const NEXT = [on("10.0.1.1", 22, 80), on("10.0.1.2", 22, 80)];
  const ALL = [...EIGHT, ...NEXT];

  it("has a second source", async () => {
    const place = started();
    place.inventory("b.csv", ["10.0.1.1,22,tcp,"]);
    expect((await place.scan(ALL, INVENTORY)).summaries).toHaveLength(1);
    const both = `[{ inventory: a.csv, complete_for: [10.0.0.0/28] }, { inventory: b.csv, complete_for: [10.0.1.0/28] }]`;
    const told = await place.scan(ALL, both);
    expect(told).toMatchObject({
      alerts: [],
      summaries: ["b.csv: First look at b.csv: 2 findings on 2 hosts; tripline drift lists them."],
    });
    expect(await place.scan(ALL, both)).toMatchObject(quiet);
    const later = await place.scan([...EIGHT, on("10.0.1.1", 22, 80, 81), on("10.0.1.2", 22, 80)], both);
    expect(later.alerts).toEqual(["undeclared-port 10.0.1.1:81"]);
  });

  it("has a network for which a source becomes complete", async () => {
    const place = started();
    await place.scan(ALL, INVENTORY);
    const told = await place.scan(ALL, "[{ inventory: a.csv, complete_for: [10.0.0.0/23] }]");
    expect(told).toMatchObject({
      alerts: [],
      summaries: ["a.csv: First look at a.csv: 2 findings on 2 hosts; tripline drift lists them."],
    });
  });

  it("has a host that gets its first row", async () => {
    const place = started();
    await place.scan(ALL, INVENTORY);
    place.inventory("a.csv", [...SSH, "10.0.1.1,22,tcp,"]);
    expect((await place.scan(ALL, INVENTORY)).summaries).toEqual([
      "a.csv: First look at a.csv: 1 finding on 1 host; tripline drift lists them.",
    ]);
  });

  it("has not what an older source covers already", async () => {
    const place = started();
    await place.scan(EIGHT, INVENTORY);
    place.inventory("b.csv", ["10.0.0.3,22,tcp,"]);
    const both = `[{ inventory: b.csv, complete_for: [10.0.0.0/24] }, { inventory: a.csv, complete_for: [10.0.0.0/28] }]`;
    expect(await place.scan(with444, both)).toMatchObject({ alerts: ["undeclared-port 10.0.0.3:444"], summaries: [] });
  });

  it("has not a row that is taken away: that is told", async () => {
    const place = started();
    await place.scan(EIGHT, INVENTORY);
    place.inventory("a.csv", SSH.slice(0, 5).concat("10.0.0.6,80,tcp,"));
    expect((await place.scan(EIGHT, INVENTORY)).alerts).toEqual(["undeclared-port 10.0.0.6:22"]);
  });

  it("has not a file with another name", async () => {
    const place = started();
    await place.scan(EIGHT, INVENTORY);
    place.inventory("renamed.csv", SSH);
    const renamed = "[{ inventory: renamed.csv, complete_for: [10.0.0.0/28] }]";
    expect(await place.scan(with444, renamed)).toMatchObject({
      alerts: ["undeclared-port 10.0.0.3:444"],
      summaries: [],
    });
  });

  it("has what was not declared for a while", async () => {
    const place = started();
    await place.scan(EIGHT, INVENTORY);
    expect(await place.scan(EIGHT, null)).toMatchObject({ ...quiet, steps: { resolved: 44 } });
    const told = await place.scan(EIGHT, INVENTORY);
    expect(told).toMatchObject({ alerts: [], steps: { opened: 44 } });
    expect(told.summaries).toHaveLength(1);
  });
});

describe("a first look that is not complete", () => {
  const aborted = (hosts: readonly HostSpec[]): Recording => ({ hosts, exit: "error", errorMessage: "no route" });

  it("goes on in the next scan, and then there is one summary", async () => {
    const place = started();
    expect(await place.scan(aborted(EIGHT.slice(0, 4)), INVENTORY)).toMatchObject({ ...quiet, steps: { opened: 28 } });
    const told = await place.scan(EIGHT, INVENTORY);
    expect(told).toMatchObject({ alerts: [], steps: { opened: 16 } });
    expect(told.summaries).toEqual(["a.csv: First look at a.csv: 44 findings on 8 hosts; tripline drift lists them."]);
    expect((await place.scan(with444, INVENTORY)).alerts).toEqual(["undeclared-port 10.0.0.3:444"]);
  });

  it("is complete for the hosts that it reached: what opens there before the next scan is news", async () => {
    const place = started();
    await place.scan(aborted(EIGHT.slice(0, 4)), INVENTORY);
    const told = await place.scan(with444, INVENTORY);
    expect(told.alerts).toEqual(["undeclared-port 10.0.0.3:444"]);
    expect(told.summaries).toHaveLength(1);
  });

  it("is over after three scans all the same, so that nothing stays unsaid for ever", async () => {
    const place = started();
    const told: Told[] = [];
    for (let i = 0; i < 4; i++) told.push(await place.scan(aborted(EIGHT), INVENTORY));
    expect(told.flatMap((one) => one.alerts)).toEqual([]);
    expect(told.map((one) => one.summaries.length)).toEqual([0, 0, 1, 0]);
    expect((await place.scan(aborted(with444), INVENTORY)).alerts).toEqual(["undeclared-port 10.0.0.3:444"]);
    expect(await place.scan(with444, INVENTORY)).toMatchObject(quiet);
  });

  it("a host whose port count never adds up is in one summary all the same", async () => {
    const place = started();
    const odd = but(EIGHT, 2, (h): HostSpec => ({ ...h, extraports: [{ state: "closed", count: 990 }] }));
    const told = [];
    for (let i = 0; i < 3; i++) told.push((await place.scan(odd, INVENTORY)).summaries.length);
    expect(told).toEqual([1, 0, 0]);
  });

  it("a host that the scan did not reach is looked at for the first time later", async () => {
    const place = started();
    const stuck = but(EIGHT, 2, (h): HostSpec => ({ ...h, timedOut: true }));
    expect((await place.scan(stuck, INVENTORY)).summaries).toHaveLength(1);
    const told = await place.scan(EIGHT, INVENTORY);
    expect(told.alerts).toEqual([]);
    expect(told.summaries).toEqual(["a.csv: First look at a.csv: 7 findings on 1 host; tripline drift lists them."]);
    expect((await place.scan(with444, INVENTORY)).alerts).toEqual(["undeclared-port 10.0.0.3:444"]);
  });

  it("a host that was down and one that was not there are news", async () => {
    const place = started();
    const down = but(EIGHT, 7, (h): HostSpec => ({ address: h.address, state: "down" }));
    await place.scan(down, INVENTORY);
    expect((await place.scan([...EIGHT, on("10.0.0.9", 22)], INVENTORY)).alerts).toEqual([
      "undeclared-host 10.0.0.8",
      "undeclared-host 10.0.0.9",
    ]);
  });

  it("a source that cannot be read yet is looked at when it can, and others wait for it", async () => {
    const place = started();
    const both = `[{ inventory: a.csv, complete_for: [10.0.0.0/28] }, { inventory: b.csv, complete_for: [10.0.1.0/28] }]`;
    const all = [...EIGHT, on("10.0.1.1", 22)];
    const stale: Told[] = [];
    for (let i = 0; i < 3; i++) stale.push(await place.scan(all, both));
    expect(stale.flatMap((one) => [...one.alerts, ...one.summaries])).toEqual([]);
    expect(stale.map((one) => one.json.health.map((notice) => notice.kind))).toEqual([["source-stale"], [], []]);
    place.inventory("b.csv", ["10.0.1.9,22,tcp,"]);
    const told = await place.scan(all, both);
    expect(told.alerts).toEqual([]);
    expect(told.summaries).toEqual([
      "a.csv: First look at a.csv: 44 findings on 8 hosts; tripline drift lists them.",
      "b.csv: First look at b.csv: 1 finding on 1 host; tripline drift lists them.",
    ]);
    expect((await place.scan([...with444, on("10.0.1.1", 22)], both)).alerts).toEqual(["undeclared-port 10.0.0.3:444"]);
  });

  it("while a source cannot be read, what was undeclared is not over, and does not come back as a storm", async () => {
    const place = started();
    await place.scan(EIGHT, INVENTORY);
    const both = `[{ inventory: a.csv, complete_for: [10.0.0.0/28] }, { inventory: b.csv }]`;
    for (let i = 0; i < 5; i++) expect(await place.scan(EIGHT, both)).toMatchObject({ ...quiet, steps: {} });
    place.inventory("b.csv", ["10.0.1.9,22,tcp,"]);
    expect(await place.scan(EIGHT, both)).toMatchObject({ ...quiet, steps: {} });
  });

  it("a source that breaks later stays what it was", async () => {
    const place = started();
    await place.scan(EIGHT, INVENTORY);
    writeFileSync(join(place.directory, "a.csv"), "host,port\nnonsense,,\n");
    expect((await place.scan(EIGHT, INVENTORY)).steps).toEqual({});
    rmSync(join(place.directory, "a.csv"));
    expect((await place.scan(with444, INVENTORY)).alerts).toEqual(["undeclared-port 10.0.0.3:444"]);
  });
});
