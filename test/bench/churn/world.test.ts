import { describe, expect, it } from "vitest";
import type { Cause } from "../../../bench/churn/types.ts";
import { looksHarmless } from "../../../bench/churn/world/labels/bad-ports.ts";
import { makeWorld, type WorldOptions } from "../../../bench/churn/world/make-world.ts";
import {
  addressNumber,
  bad,
  caused,
  certificateChanges,
  countBy,
  expectWithin,
  mean,
  noiseOf,
  onTheWire,
  portOf,
  rangesOf,
  returnsOf,
} from "./world-facts.ts";

const MONTH: WorldOptions = { seed: 5, hosts: 200, days: 30, scansPerDay: 4, variant: "base", churn: "stated" };
const LABEL_KINDS = [
  "rogue",
  "high-port",
  "admin-port",
  "product-swap",
  "version-downgrade",
  "os-shift",
  "mac-swap",
  "key-change",
  "service-gone",
  "weekly-port",
  "dead-server",
  "foreign-issuer",
  "self-signed",
];
const TEN_SEEDS = Array.from({ length: 10 }, (_, i) => makeWorld({ ...MONTH, seed: 100 + i }));
const big = makeWorld({ ...MONTH, hosts: 1_000 });
const month = makeWorld(MONTH);
const scans = [...month.scans()];

describe("the seeded world", () => {
  it("is the same from the same seed, scan by scan, and another from another", () => {
    const again = makeWorld(MONTH);
    expect({ ...again, scans: null }).toEqual({ ...month, scans: null });
    expect([...again.scans()]).toEqual(scans);
    expect([...month.scans()]).toEqual(scans);
    expect([...makeWorld({ ...MONTH, seed: 6 }).scans()]).not.toEqual(scans);
  });

  it("has one machine per address in each scan, in the order of the addresses, inside the networks that are asked", () => {
    for (const { up, truth } of scans) {
      for (const hosts of [up, truth]) {
        const numbers = hosts.map(({ address }) => addressNumber(address));
        expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
        expect(numbers.every((n) => n >>> 9 === addressNumber("10.20.0.0") >>> 9)).toBe(true);
      }
    }
    expect(month.targets).toEqual(["10.20.0.0/23"]);
  });

  it("has every open port once, and only ports that the scans ask", () => {
    const asked = rangesOf(month.tcp);
    const hosts = scans.flatMap((scan) => scan.truth);
    for (const { ports } of hosts) expect(new Set(ports.map((p) => p.number)).size).toBe(ports.length);
    const numbers = new Set(hosts.flatMap(({ ports }) => ports.map((p) => p.number)));
    expect([...numbers].filter((n) => !asked.some(([first, last]) => n >= first && n <= last))).toEqual([]);
  });

  it("has the stated shares of the roles", () => {
    const everyone = new Map(scans.flatMap((scan) => scan.truth.map((host) => [host.truth, host.role])));
    // Who comes later has a number above 900.
    const first = [...everyone].filter(([name]) => Number(/\d+$/.exec(name)?.[0]) <= 200 && !name.startsWith("rogue"));
    const counts = countBy(first, ([, role]) => role);
    expect(counts["server"]).toBe(70);
    expect(counts["kubernetes-node"]).toBe(16);
    expect(counts["dev"]).toBe(14);
    expect((counts["iot"] ?? 0) + (counts["printer"] ?? 0)).toBe(30);
    expect(counts["workstation"]).toBe(70);
  });
});

describe("its ordinary life", () => {
  it("has 85 % of the workstations on in office hours, and 15 % at night", () => {
    const shareOn = (hours: readonly number[], weekend: boolean) => {
      const wanted = scans.filter((scan) => {
        const day = Math.floor(scan.n / 4) % 7;
        return hours.includes(scan.n % 4) && day >= 5 === weekend && scan.fault === "none";
      });
      return mean(wanted.map((scan) => scan.truth.filter((host) => host.role === "workstation").length / 70));
    };
    expectWithin(shareOn([1, 2], false), 0.8, 0.92);
    expectWithin(shareOn([0, 3], false), 0.08, 0.22);
    expectWithin(shareOn([1, 2], true), 0.08, 0.22);
  });

  it("opens 0.6 NodePorts per node and day, which live 1.2 days", () => {
    const opened = caused(big, "nodeport").filter(({ from }) => from > 0);
    expectWithin(opened.length / (80 * 30), 0.5, 0.62);
    const lives = opened.flatMap(({ from, until }) => (until === null ? [] : [(until - from) / 4]));
    expectWithin(mean(lives), 1.1, 1.5);
  });

  it("changes the dynamic RPC ports on 30 % of the boots, the address on 4 % of the returns, the adapter on 2 %", () => {
    const returns = returnsOf(big.scans(), "workstation");
    // Of ten workstations eight run Windows.
    expectWithin(caused(big, "boot-ports").length / (returns * 0.8), 0.24, 0.36);
    expectWithin(caused(big, "address").length / returns, 0.03, 0.06);
    expectWithin(caused(big, "mac").length / returns, 0.013, 0.028);
  });

  it("opens and removes planned ports, updates packages and brings in new hosts at the stated rates", () => {
    const perServerDay = (cause: Cause) => caused(big, cause).length / (350 * 30);
    expectWithin(perServerDay("planned-port"), 0.0028, 0.0055);
    expectWithin(perServerDay("removed-port"), 0.0011, 0.003);
    expectWithin(caused(big, "update").length / (1_000 * 30), 0.0024, 0.0036);
    expectWithin(caused(big, "new-host").length / 30, 0.45, 1.6);
  });

  it("patches most Linux machines within three days, once in a month", () => {
    const wave = caused(big, "patch-wave").map(({ from }) => from);
    expect(Math.max(...wave) - Math.min(...wave)).toBeLessThanOrEqual(12);
    expect(Math.min(...wave)).toBeGreaterThanOrEqual(month.judgedFrom);
    expectWithin(wave.length, 250, 500);
  });

  it("renews certificates of the same authority for the same names, dated between two scans", () => {
    const ordinary = certificateChanges(scans).filter(([before, now]) => before.organisation === now.organisation);
    expect(ordinary.length).toBeGreaterThan(10);
    for (const [before, now] of ordinary) {
      expect(now.names).toEqual(before.names);
      expect(now.notBefore).toBeGreaterThan(before.notBefore);
    }
  });

  it("announces exactly half of what people plan, before day 15 and after", () => {
    const planned = TEN_SEEDS.map((world) => world.labels.filter((label) => label.benign));
    for (const labels of planned) {
      const half = labels.filter((label) => label.announced).length;
      expect(Math.abs(2 * half - labels.length)).toBeLessThanOrEqual(1);
    }
    const [announced, all] = [planned.flat().filter((label) => label.announced).length, planned.flat().length];
    expectWithin(announced / all, 0.45, 0.55);
    for (const world of TEN_SEEDS) {
      const known = new Set(world.announcements.map(({ label }) => label));
      for (const label of world.labels) expect(known.has(label.id)).toBe(label.announced);
    }
  });

  it("shows what people plan in a whole scan, and never on a machine that is not there", () => {
    for (const world of TEN_SEEDS.slice(0, 4)) {
      const seen = [...world.scans()];
      for (const { id, truth, from } of world.labels.filter(
        ({ benign, kind }) => benign && kind !== "decommissioned",
      )) {
        const scan = seen[from];
        const isThere = scan?.truth.some((host) => host.truth === truth);
        expect({ id, fault: scan?.fault, isThere }).toEqual({ id, fault: "none", isThere: true });
      }
    }
  });

  it("leaves a fifth and more of the harmless openings unidentified", () => {
    const opened = [...month.happenings].filter(({ cause }) =>
      ["nodeport", "dev-port", "planned-port"].includes(cause),
    );
    const services = opened.flatMap(({ truth, ports, from }) => {
      const host = scans[from]?.truth.find((one) => one.truth === truth);
      return host?.ports.filter((port) => ports.includes(`tcp/${port.number}`)) ?? [];
    });
    expect(services.length).toBeGreaterThan(100);
    expectWithin(services.filter(({ service }) => service === null).length / services.length, 0.2, 0.5);
  });
});

describe("its observation", () => {
  it("misses ports, hosts and services at the stated rates", () => {
    const [seen, missed] = noiseOf(scans);
    expectWithin(missed.hosts / seen.hosts, 0.0003, 0.0025);
    expectWithin(missed.ports / seen.ports, 0.001, 0.004);
    expectWithin(missed.services / seen.services, 0.0025, 0.0085);
    expectWithin(missed.families / seen.os, 0.001, 0.007);
    expectWithin(missed.names / seen.os, 0.03, 0.09);
    expectWithin(missed.lists / seen.os, 0.5, 0.75);
  });

  it("is four to ten times as noisy in the noisy world", () => {
    const [seen, missed] = noiseOf([...makeWorld({ ...MONTH, variant: "noisy" }).scans()]);
    expectWithin(missed.ports / seen.ports, 0.006, 0.024);
    expectWithin(missed.hosts / seen.hosts, 0.003, 0.014);
    expectWithin(missed.services / seen.services, 0.015, 0.06);
  });

  it("breaks some scans: half a segment lost, overload, a cut file", () => {
    const faults = TEN_SEEDS.flatMap((world) => [...world.scans()].filter(({ fault }) => fault !== "none"));
    const kinds = countBy(faults, ({ fault }) => fault);
    expect(Object.keys(kinds).toSorted()).toEqual(["cut-xml", "half-lost", "overload"]);
    for (const scan of faults.filter(({ fault }) => fault === "half-lost")) {
      const whole = scans.find(({ n }) => n === scan.n % 4)?.truth.length ?? 0;
      expectWithin(scan.truth.length / whole, 0.25, 0.75);
    }
    for (const scan of faults.filter(({ fault }) => fault === "overload")) {
      expectWithin(scan.up.length / scan.truth.length, 0.75, 0.95);
      expect(scan.rttMicros).toBeGreaterThan(20_000);
    }
  });
});

describe("its labels", () => {
  it("are at least 30 of each kind over ten seeds, from day 15 on, never in a broken scan", () => {
    const counts = countBy(
      TEN_SEEDS.flatMap(({ labels }) => labels),
      ({ kind }) => kind,
    );
    for (const kind of LABEL_KINDS) expect([kind, (counts[kind] ?? 0) >= 30]).toEqual([kind, true]);
    for (const world of TEN_SEEDS) {
      const broken = new Set([...world.scans()].filter(({ fault }) => fault !== "none").map(({ n }) => n));
      expect(bad(world).filter(({ from }) => from < 56 || broken.has(from))).toEqual([]);
    }
  });

  it("are spread over the judged days and over the machines", () => {
    const all = TEN_SEEDS.flatMap(bad);
    const perWeek = countBy(all, ({ from }) => (from < 84 ? "first" : "second"));
    expectWithin((perWeek["first"] ?? 0) / all.length, 0.35, 0.75);
    for (const world of TEN_SEEDS) {
      const single = bad(world).filter(({ kind }) => kind !== "weekly-port");
      const machines = single.map(({ truth }) => truth);
      expect(new Set(machines).size).toBe(machines.length);
    }
  });

  it("show on the wire what they say: the value before in the scan before, the right one from their first scan on", () => {
    for (const world of TEN_SEEDS.slice(0, 4)) {
      const seen = [...world.scans()];
      for (const label of bad(world)) {
        const to = label.right.to === "gone" ? null : label.right.to;
        expect({ id: label.id, ...label.right, ...onTheWire(seen, label) }).toEqual({
          id: label.id,
          ...label.right,
          to,
        });
      }
    }
  });

  it("look harmless in 30 % and more of the bad ports, and not in most", () => {
    const opened = TEN_SEEDS.flatMap((world) => {
      const seen = [...world.scans()];
      const openings = bad(world).filter(({ kind }) => ["high-port", "weekly-port"].includes(kind));
      return openings.flatMap((label) => portOf(seen, label) ?? []);
    });
    expect(opened.length).toBeGreaterThan(60);
    expectWithin(opened.filter(looksHarmless).length / opened.length, 0.45, 0.75);
  });
});
