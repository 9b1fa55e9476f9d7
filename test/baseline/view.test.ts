import { describe, expect, it } from "vitest";
import { cycle, host, learned, mac } from "./world.ts";
import type { CycleOptions } from "./world.ts";

const A = host({ address: "10.0.0.7", mac: mac(7), ports: [{ number: 22 }] });
const B = host({ address: "10.0.0.8", mac: mac(8), ports: [{ number: 22 }] });
const BASELINE = learned([A, B]);

describe("what the silence of a known host means", () => {
  const cases: readonly { readonly name: string; readonly options: CycleOptions; readonly answer: string }[] = [
    { name: "asked in a complete run: down", options: {}, answer: "down" },
    {
      name: "asked in a complete run of a partial cycle: down",
      options: { summary: { completeness: "partial" } },
      answer: "down",
    },
    { name: "not asked: unmeasured", options: { asked: [] }, answer: "unmeasured" },
    { name: "degraded: unmeasured", options: { vantage: { state: "degraded" } }, answer: "unmeasured" },
    { name: "failed: unmeasured", options: { summary: { completeness: "failed" } }, answer: "unmeasured" },
  ];
  it.each(cases)("$name", ({ options, answer }) => {
    const { absent } = cycle(BASELINE, [A], options).view;
    expect(absent.map((host) => [host.known.address, host.answer])).toEqual([["10.0.0.8", answer]]);
  });

  it("a host that is listed as down is absent like one that is not listed", () => {
    expect(cycle(BASELINE, [A, { ...B, state: "down", ports: [] }]).view.absent.map((h) => h.answer)).toEqual(["down"]);
  });
});

describe("which families are learned anew", () => {
  const keys = (changes: Readonly<Record<string, string>>) => ({
    summary: { comparability: new Map(Object.entries(changes) as [never, string][]) },
  });
  it("those with another key, not those that were not measured or never before", () => {
    const { view } = cycle(BASELINE, [A, B], keys({ presence: "syn 7.93", service: "7.95", "script:new": "1" }));
    expect([...view.relearned]).toEqual(["service"]);
  });
  it("once only: the next scan compares by the new key, and a key that was not measured is kept", () => {
    const after = cycle(BASELINE, [A, B], keys({ service: "7.95" })).lesson.baseline;
    expect(after.comparability.get("os")).toBe("7.93");
    expect(cycle(after, [A, B], keys({ service: "7.95" })).view.relearned.size).toBe(0);
  });
});
