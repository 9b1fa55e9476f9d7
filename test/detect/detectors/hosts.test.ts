import { describe, expect, it } from "vitest";
import { emptyBaseline } from "../../../src/domain/baseline.ts";
import { cycle, host, learned, mac, series, told } from "../../baseline/world.ts";

const A = host({ address: "10.0.0.7", mac: mac(7), ports: [{ number: 22 }] });
const B = host({ address: "10.0.0.8", mac: mac(8), ports: [{ number: 22 }] });
const NEW = host({ address: "10.0.0.9", mac: mac(9), ports: [{ number: 22 }, { number: 23 }] });

describe("hosts that come and go", () => {
  it("the first scan never says new", () => {
    const { deviations, lesson } = cycle(emptyBaseline("lab"), [A, B]);
    expect([deviations, lesson.learningChanges]).toEqual([[], 0]);
  });
  it("while learning, a newcomer is counted and makes no anomaly", () => {
    const { deviations, lesson } = cycle(learned([A], 3), [A, B]);
    expect([told(deviations), deviations[0]?.mature, lesson.learningChanges]).toEqual([
      ["host-appeared 10.0.0.8 presence"],
      false,
      1,
    ]);
    expect(cycle(lesson.baseline, [A, B]).deviations).toEqual([]);
  });
  it("a stranger is told in every scan until it is accepted, its ports belong to it", () => {
    const cycles = series(learned([A]), [
      [A, NEW],
      [A, NEW],
      [A, NEW],
    ]);
    expect(cycles.map((c) => told(c.deviations))).toEqual(Array(3).fill(["host-appeared 10.0.0.9 presence"]));
  });
  it("a stranger that has been there long enough has ports of its own", () => {
    const twentyOne = Array.from({ length: 21 }, () => [A, NEW]);
    const more = host({ address: "10.0.0.9", mac: mac(9), ports: [{ number: 22 }, { number: 23 }, { number: 4444 }] });
    const last = series(learned([A]), [...twentyOne, [A, more]]).at(-1);
    expect(told(last?.deviations ?? [])).toEqual(["host-appeared 10.0.0.9 presence", "port-opened 10.0.0.9 tcp/4444"]);
  });
  it("a stranger in a closed segment has no excuse", () => {
    const vantage = { ...cycle(learned([A]), [A]).view.context.vantage, closed: true };
    const [d] = cycle(learned([A]), [A, NEW], { context: { vantage } }).deviations;
    expect([d?.closedSegment, d?.reasons]).toEqual([true, ["new-host", "closed-segment"]]);
  });
  it("a silent host is gone after three covered misses", () => {
    const cycles = series(learned([A, B]), [[A], [A], [A], [A]]);
    const gone = ["host-disappeared 10.0.0.8 presence"];
    expect(cycles.map((c) => told(c.deviations))).toEqual([[], [], gone, gone]);
  });
  it("a host that was not asked is never gone", () => {
    let baseline = learned([A, B]);
    for (let i = 0; i < 5; i++) {
      const next = cycle(baseline, [A], { asked: ["10.0.0.7"] });
      expect(next.deviations).toEqual([]);
      baseline = next.lesson.baseline;
    }
  });
  it("a host that had left before the segment was mature is no news on the first mature day", () => {
    const early = learned([A, B], 5);
    const cycles = series(early, Array(20).fill([A]));
    expect(cycles.filter((c) => c.view.mature).flatMap((c) => c.deviations)).toEqual([]);
  });
  it("and none when it comes back", () => {
    const cycles = series(learned([A, B], 5), [...Array(20).fill([A]), [A, B]]);
    expect(cycles.at(-1)?.deviations).toEqual([]);
  });
  it("a stranger that leaves is not missed", () => {
    const cycles = series(learned([A]), [[A, NEW], [A], [A], [A], [A]]);
    expect(cycles.slice(1).flatMap((c) => c.deviations)).toEqual([]);
  });
  it("a changed vantage neither moves nor exchanges nor welcomes anybody", () => {
    const elsewhere = [host({ address: "10.0.0.7", mac: mac(77), ports: [{ number: 80 }] }), NEW];
    const options = { vantage: { state: "degraded", problems: ["source-address-changed"] } } as const;
    expect(cycle(learned([A, B]), elsewhere, options).deviations).toEqual([]);
  });
});
