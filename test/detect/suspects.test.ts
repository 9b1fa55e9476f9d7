import { describe, expect, it } from "vitest";
import { suspects } from "../../src/detect/suspects.ts";
import { cycle, host, learned, series } from "../baseline/world.ts";
import type { CycleOptions, PortLike } from "../baseline/world.ts";

const A = "10.0.0.7";
const SSH: PortLike = { number: 22, service: "ssh", product: "OpenSSH", version: "9.2p1", ssh: "k1" };
const scan = (...ports: readonly PortLike[]) => [host({ address: A, ports })];
const BASELINE = learned(scan(SSH));

function asked(ports: readonly PortLike[], options?: CycleOptions): readonly string[] {
  const { view } = cycle(BASELINE, scan(...ports), options);
  return suspects(view).map((s) => `${s.ask} ${s.port.transport}/${s.port.number}`);
}

describe("what is asked again in the same cycle", () => {
  const cases = [
    { name: "nothing while nothing changed", ports: [SSH], asked: [] },
    { name: "whether a new port is open", ports: [SSH, { number: 4444 }], asked: ["state tcp/4444"] },
    { name: "whether a missed port is closed", ports: [], asked: ["state tcp/22"] },
    {
      name: "what a changed service is",
      ports: [{ ...SSH, service: "http", product: "nginx" }],
      asked: ["service tcp/22"],
    },
    { name: "which key it has now", ports: [{ ...SSH, ssh: "k2" }], asked: ["service tcp/22"] },
    { name: "nothing about what was already asked", ports: [SSH, { number: 4444, verified: true }], asked: [] },
    { name: "nothing about a field that was not observed", ports: [{ number: 22 }], asked: [] },
  ];
  it.each(cases)("$name", ({ ports, asked: expected }) => {
    expect(asked(ports)).toEqual(expected);
  });

  it("asks nothing about a deviation that was there in the last scan", () => {
    const twice = series(BASELINE, [scan(SSH, { number: 4444 }), scan({ ...SSH, ssh: "k2" }, { number: 4444 })]);
    const third = cycle(twice[1]?.lesson.baseline ?? BASELINE, scan({ ...SSH, ssh: "k2" }, { number: 4444 }));
    expect(suspects(third.view)).toEqual([]);
  });

  it("asks nothing about hosts that are still being learned", () => {
    const { view } = cycle(learned(scan(SSH), 3), scan(SSH, { number: 4444 }));
    expect(suspects(view)).toEqual([]);
  });

  it("does not ask a degraded vantage about absence", () => {
    expect(asked([{ number: 4444 }], { vantage: { state: "degraded" } })).toEqual(["state tcp/4444"]);
  });

  it("asks a sample of ports that opened together, spread over them", () => {
    const many = Array.from({ length: 160 }, (_, i) => ({ number: 1000 + i }));
    expect(asked([SSH, ...many])).toEqual(Array.from({ length: 16 }, (_, i) => `state tcp/${1000 + i * 10}`));
  });

  it("asks a sample of a host that answers open everywhere, once", () => {
    const sample = [7, 77, 777].map((number) => ({ transport: "tcp" as const, number }));
    const now = [host({ address: A, ports: [], allPortsOpen: 990, sample })];
    const [first] = series(BASELINE, [now]);
    const numbers = (view: Parameters<typeof suspects>[0]) => suspects(view).map(({ port }) => port.number);
    expect(numbers(cycle(BASELINE, now).view)).toEqual([7, 77, 777]);
    expect(numbers(cycle(first?.lesson.baseline ?? BASELINE, now).view)).toEqual([]);
  });

  it("is bounded per host and per cycle", () => {
    const many = Array.from({ length: 100 }, (_, i) => ({ number: 1000 + i }));
    const before = learned(scan(SSH, ...many));
    expect(suspects(cycle(before, scan(SSH)).view)).toHaveLength(64);
    const hosts = Array.from({ length: 200 }, (_, i) => ({ address: `10.0.1.${i + 1}` }));
    const baseline = learned(hosts.map(host));
    const few = many.slice(0, 16);
    const { view } = cycle(
      baseline,
      hosts.map((h) => host({ ...h, ports: few })),
    );
    expect(suspects(view)).toHaveLength(2000);
  });
});
