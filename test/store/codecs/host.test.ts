import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FieldBaseline, HostBaseline, PortBaseline } from "../../../src/domain/baseline.ts";
import { packMemory, unpackMemory } from "../../../src/store/codecs/host.ts";
import { hostBaseline } from "../support/arbitraries.ts";
import { hostBaseline as host, portBaseline } from "../support/samples.ts";

const share = (value: string) => value;

describe("the memory of a host as text", () => {
  it("comes back exactly, whatever the counters are", () => {
    fc.assert(
      fc.property(hostBaseline, (one) => {
        const { evidence, fields, ports, covered, lastSeen, burst, churn } = one;
        const rare = { ...(burst === undefined ? {} : { burst }), ...(churn === undefined ? {} : { churn }) };
        const memory = { evidence, fields, ports, ...rare };
        expect(unpackMemory(packMemory(one), { covered, lastSeen, share })).toEqual(memory);
      }),
    );
  });

  it.each([
    ["from its first scans on", 3],
    ["when its history is full", 50],
  ])("is the same text after each further scan that saw the same, %s", (_when, scans) => {
    const before = steadyHost(scans);
    expect(packMemory(seenAgain(before))).toBe(packMemory(before));
  });

  it("of a port that stayed closed does not move either, once it was closed as often as open", () => {
    const closed = portBaseline(23, { current: "closed", opened: 2, history: 0, fields: new Map() });
    const lastSeen = { scan: 40, at: 40 };
    const before = host("a", { covered: 40, lastSeen, ports: new Map([["tcp/23", closed]]) });
    expect(packMemory({ ...before, covered: 41, lastSeen: { scan: 41, at: 41 } })).toBe(packMemory(before));
  });

  it("of a state that knew neither bursts nor churn is read as one without", () => {
    const former = '[[],[["mac","00-11-22-33-44-55",1]],[]]';
    const read = unpackMemory(former, { covered: 1, lastSeen: { scan: 1, at: 1 }, share });
    expect(read).toEqual({
      evidence: [{ kind: "mac", value: "00-11-22-33-44-55", strong: true }],
      fields: new Map(),
      ports: new Map(),
    });
    expect(packMemory(host("a", { ...read, covered: 1 }))).toBe(former);
  });

  it("changes when a value does", () => {
    const before = steadyHost(30);
    const changed = new Map([["service" as const, { ...field(30), current: "ssh", streak: 1 }]]);
    const port = portBaseline(80, { fields: changed });
    expect(packMemory({ ...before, ports: new Map([["tcp/80", port]]) })).not.toBe(packMemory(before));
  });

  it.each([
    ["no list", "{}", "a list was expected"],
    ["a field nobody knows", '[[["colour","red",1,1,0]],[],[]]', "colour is not a field"],
    ["a burst whose ports are none", '[[],[],[],[[["tcp","22-x",""]],0]]', "22-x is not a set of ports"],
    ["a port without a transport", "[[],[],[[1,2]]]", "port 1/2"],
  ])("is refused when it is %s", (_what, text, why) => {
    expect(() => unpackMemory(text, { covered: 1, lastSeen: { scan: 1, at: 1 }, share })).toThrow(why);
  });
});

function steadyHost(scans: number): HostBaseline {
  const lastSeen = { scan: scans, at: scans * 3_600_000 };
  const history = 2 ** Math.min(scans, 21) - 1;
  const fields = new Map([["service" as const, field(scans)]]);
  const port = portBaseline(80, { opened: scans, lastSeen, history, fields, fingerprinted: null });
  return host("a", {
    covered: scans,
    lastSeen,
    fields: new Map([["name", field(scans)]]),
    ports: new Map([["tcp/80", port]]),
  });
}

function field(scans: number): FieldBaseline {
  return { value: "http", current: "http", streak: scans, observed: scans, changes: 0 };
}

/** What learning makes of a host, a port and a field that show what they always showed. */
function seenAgain(before: HostBaseline): HostBaseline {
  const seen = { scan: before.lastSeen.scan + 1, at: before.lastSeen.at + 3_600_000 };
  const again = (f: FieldBaseline) => ({ ...f, streak: f.streak + 1, observed: f.observed + 1 });
  const port = (p: PortBaseline): PortBaseline => ({
    ...p,
    opened: p.opened + 1,
    lastSeen: seen,
    history: ((p.history << 1) | 1) & (2 ** 21 - 1),
    fields: new Map([...p.fields].map(([name, f]) => [name, again(f)])),
  });
  return {
    ...before,
    covered: before.covered + 1,
    lastSeen: seen,
    fields: new Map([...before.fields].map(([name, f]) => [name, again(f)])),
    ports: new Map([...before.ports].map(([key, p]) => [key, port(p)])),
  };
}
