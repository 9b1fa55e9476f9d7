import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SegmentBaseline } from "../../../src/domain/baseline.ts";
import { cycle, host, learned, mac, type HostLike } from "../../baseline/world.ts";

const local = (n: number) => `02-00-00-00-00-${n.toString(16).padStart(2, "0").toUpperCase()}`;
const phone = (n: number, more: Partial<HostLike> = {}): HostLike => ({
  address: `10.0.9.${n}`,
  mac: local(n),
  ...more,
});
const server: HostLike = {
  address: "10.0.0.7",
  name: "app.example",
  mac: mac(7),
  ports: [{ number: 22, service: "ssh" }],
};
const APPLE = [{ number: 62_078 }];
const PHONES = [phone(1), phone(2, { ports: APPLE }), phone(3)];
const GUESTS = learned([server, ...PHONES].map(host));
const wide = (like: HostLike) => host({ ...like, covered: [[1, 65_535]] });

/** What is said of a stranger: nothing, that it is there, or that it is there for information. */
function said(baseline: SegmentBaseline, stranger: HostLike, present: readonly HostLike[] = [server, ...PHONES]) {
  const { deviations } = cycle(baseline, [...present, stranger].map(wide));
  const its = deviations.filter((d) => d.host?.address === stranger.address);
  return its.map((d) => `${d.kind}${d.informational ? " for information" : ""}`);
}

const ONE_MORE = ["host-appeared for information"];
const NEWS = ["host-appeared"];

describe("one more of a population that nobody can tell apart", () => {
  it.each<[string, HostLike]>([
    ["with another made-up address", phone(50)],
    ["with a port that phones have", phone(51, { ports: APPLE })],
  ])("%s is for information", (_, stranger) => {
    expect(said(GUESTS, stranger)).toEqual(ONE_MORE);
  });

  it.each<[string, HostLike]>([
    ["with a service", phone(52, { ports: [{ number: 22 }] })],
    ["with a service in the range of NodePorts", phone(53, { ports: [{ number: 31_337 }] })],
    ["that answers everywhere", phone(54, { allPortsOpen: 990 })],
    ["with a name", phone(55, { name: "kali.example" })],
    ["with the address of a manufacturer", phone(56, { mac: mac(99) })],
    ["in a network where none of them was", { ...phone(57), address: "10.0.0.57" }],
  ])("a stranger %s is news", (_, stranger) => {
    expect(said(GUESTS, stranger)).toContain("host-appeared");
  });

  it("two are no population, and three strangers before are one", () => {
    const two = learned([server, ...PHONES.slice(0, 2)].map(host));
    expect(said(two, phone(60), [server, ...PHONES.slice(0, 2)])).toEqual(NEWS);
    let baseline = learned([host(server)]);
    const there: HostLike[] = [server];
    const told: string[][] = [];
    for (const n of [61, 62, 63, 64, 65]) {
      told.push(said(baseline, phone(n), there));
      there.push(phone(n));
      ({ baseline } = cycle(baseline, there.map(wide)).lesson);
    }
    expect(told).toEqual([NEWS, NEWS, NEWS, ONE_MORE, ONE_MORE]);
  });

  it("laptops of one manufacturer are one as well, and another manufacturer stands out", () => {
    const laptops = [1, 2, 3].map((n) => phone(n, { mac: mac(n) }));
    const baseline = learned([server, ...laptops].map(host));
    expect(said(baseline, phone(70, { mac: mac(70) }), [server, ...laptops])).toEqual(ONE_MORE);
    expect(said(baseline, phone(71, { mac: "B8-27-EB-00-00-01" }), [server, ...laptops])).toEqual(NEWS);
  });

  it("behind a router, where no MAC is seen, those without one are", () => {
    const far = [1, 2, 3].map((n) => phone(n, { mac: null }));
    expect(said(learned(far.map(host)), phone(72, { mac: null }), far)).toEqual(ONE_MORE);
  });

  it("in a closed segment every stranger is news", () => {
    const vantage = { ...cycle(GUESTS, []).view.context.vantage, closed: true };
    const { deviations } = cycle(GUESTS, [server, ...PHONES, phone(73)].map(wide), { context: { vantage } });
    expect(deviations.map((d) => [d.kind, d.informational])).toEqual([["host-appeared", false]]);
  });

  it("is news as soon as it shows a service", () => {
    const first = cycle(GUESTS, [server, ...PHONES, phone(74)].map(wide));
    expect(first.deviations.map((d) => d.informational)).toEqual([true]);
    expect(said(first.lesson.baseline, phone(74, { ports: [{ number: 4444 }] }))).toContain("host-appeared");
  });

  it("whatever their addresses and made-up MACs are", () => {
    const numbers = fc.uniqueArray(fc.integer({ min: 1, max: 250 }), { minLength: 5, maxLength: 12 });
    fc.assert(
      fc.property(numbers, (ns) => {
        const [next = 1, ...others] = ns;
        const there = others.map((n) => phone(n));
        expect(said(learned(there.map(wide)), phone(next, { mac: local(255) }), there)).toEqual(ONE_MORE);
      }),
      { numRuns: 15 },
    );
  });
});
