import { describe, expect, it } from "vitest";
import { makeWorld, type WorldOptions } from "../../../bench/churn/world/make-world.ts";
import { badCounts, caused, countBy, expectWithin } from "./world-facts.ts";

const MONTH: WorldOptions = { seed: 5, hosts: 200, days: 30, scansPerDay: 4, variant: "base", churn: "stated" };
const month = makeWorld(MONTH);

describe("the other worlds", () => {
  it("asks 24 times a day where it should, and nothing else is different", () => {
    const often = makeWorld({ ...MONTH, scansPerDay: 24 });
    expect(often.judgedFrom).toBe(14 * 24);
    expect(caused(often, "nodeport").length).toBeGreaterThan(caused(month, "nodeport").length);
    expect(badCounts(often)).toEqual(badCounts(month));
  });

  it("loses half the segment in one evening where most machines are off at night anyway", () => {
    const seen = [...makeWorld({ ...MONTH, variant: "workstations" }).scans()];
    const evenings = seen.filter(({ n, fault }) => n >= month.judgedFrom && n % 4 === 3 && fault === "half-lost");
    expect(evenings.length).toBeGreaterThanOrEqual(1);
    const [first] = seen;
    expect(first?.truth.filter(({ role }) => role !== "workstation").length).toBe(80);
  });

  it("has visitors with made-up addresses, who never come back", () => {
    const world = makeWorld({ ...MONTH, variant: "random-macs" });
    const visits = caused(world, "guest");
    expectWithin(visits.length / 30, 1.5, 4.5);
    const phones = [...world.scans()].flatMap(({ truth }) => truth.filter(({ role }) => role === "phone"));
    expect(phones.every(({ mac }) => "26AE".includes(mac?.[1] ?? "-"))).toBe(true);
    expect(new Set(visits.map(({ truth }) => truth)).size).toBe(visits.length);
  });

  it("has a third of Kubernetes nodes, half of things, or 300 services whose certificates live for weeks", () => {
    const roles = (variant: WorldOptions["variant"]) => {
      const [scan] = makeWorld({ ...MONTH, variant }).scans();
      return countBy(scan?.truth ?? [], ({ role }) => role);
    };
    expect(roles("kubernetes")["kubernetes-node"]).toBe(70);
    expect(roles("iot")["iot"]).toBe(100);
    const tls = makeWorld({ ...MONTH, variant: "tls" });
    const [scan] = tls.scans();
    const weeks =
      scan?.truth.flatMap(({ ports }) => ports.filter((port) => (port.certificate?.issuer ?? "").match(/Mesh|WE1/))) ??
      [];
    expect(weeks.length).toBe(300);
    expect(caused(tls, "renewal").length).toBeGreaterThan(250);
  });

  it("answers for everybody, on one machine for every port, worms along, or changes half of the hosts at once", () => {
    const proxy = makeWorld({ ...MONTH, variant: "syn-proxy" });
    const label = proxy.labels.find(({ kind }) => kind === "syn-proxy");
    const answered = [...proxy.scans()].filter(({ truth }) => truth.every(({ ports }) => ports.length > 1_000));
    expect(answered.map(({ n }) => n)).toEqual([0, 1, 2, 3].map((i) => (label?.from ?? 0) + i));
    const pit = makeWorld({ ...MONTH, variant: "tarpit" });
    const last = [...pit.scans()].at(-1)?.truth ?? [];
    expect(last.filter(({ ports }) => ports.length > 1_000).length).toBe(1);
    const worm = makeWorld({ ...MONTH, variant: "worm" }).labels.filter(({ incident }) => incident === "worm");
    expectWithin(worm.length, 15, 20);
    expect(new Set(worm.flatMap(({ ports }) => ports)).size).toBe(1);
    const half = makeWorld({ ...MONTH, variant: "half-change" }).labels.find(({ kind }) => kind === "mass-change");
    expect(half?.addresses.length).toBe(100);
  });

  it("differs from the stated rates by 0.3 to 3 in a shifted world, each rate by itself", () => {
    const shifted = [1, 2, 3, 4, 5].map((seed) => makeWorld({ ...MONTH, seed, churn: "shifted" }));
    const rates = shifted.map((world) => caused(world, "nodeport").length / (16 * 30 * 0.6));
    expect(Math.max(...rates) / Math.min(...rates)).toBeGreaterThan(1.5);
    for (const rate of rates) expectWithin(rate, 0.2, 3.5);
    for (const world of shifted) expect(badCounts(world)["rogue"]).toBe(3);
  });

  it("shows 10,000 machines scan by scan and learns for half of a short time", () => {
    const world = makeWorld({ ...MONTH, hosts: 10_000, days: 2 });
    const [first] = world.scans();
    expectWithin(first?.truth.length ?? 0, 6_500, 8_000);
    expect(world.judgedFrom).toBe(4);
    expect(world.labels.filter(({ from }) => from < 4)).toEqual([]);
  });
});
