import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { HostObservation, PortObservation } from "../../../src/domain/observation.ts";
import { coverageRefs, hostFacts, packHostFacts, runFacts } from "../../../src/store/codecs/observation.ts";
import { decodeJson, encodeJson } from "../../../src/store/codecs/json.ts";
import { hostObservation, nmapRun, text } from "../support/samples.ts";

const word = fc.oneof(fc.string({ maxLength: 12 }), fc.constantFrom("", "__proto__", "null"));
const clean = word.map((one) => text(one));
const maybe = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: null });
const transport = fc.constantFrom("tcp" as const, "udp" as const, "sctp" as const);
const state = fc.constantFrom<PortObservation["state"]>(
  "open",
  "closed",
  "filtered",
  "unfiltered",
  "open|filtered",
  "closed|filtered",
);

const port: fc.Arbitrary<PortObservation> = fc.record({
  transport,
  number: fc.nat(65_535),
  state,
  reason: word,
  reasonTtl: maybe(fc.nat(255)),
  service: maybe(
    fc.record({
      name: clean,
      product: maybe(clean),
      version: maybe(clean),
      extraInfo: maybe(clean),
      tunnel: fc.constantFrom("ssl" as const, null),
      method: fc.constantFrom("probed" as const, "table" as const),
      confidence: fc.nat(10),
      cpe: fc.array(clean, { maxLength: 2 }),
    }),
  ),
  identity: maybe(
    fc.record({
      values: fc.dictionary(fc.constantFrom("ssh", "tls", "banner", "http_title", "of_tomorrow"), word),
      certificate: fc.constant({}),
    }),
  ),
  scripts: fc.array(fc.record({ id: word, value: maybe(clean), output: clean, failed: fc.boolean() }), {
    maxLength: 2,
  }),
  verified: fc.boolean(),
});

type Facts = Omit<HostObservation, "address" | "observedAt" | "srttMicros" | "coverage">;
const facts: fc.Arbitrary<Facts> = fc.record(
  {
    state: fc.constantFrom("up" as const, "down" as const),
    stateReason: word,
    mac: maybe(word),
    macVendor: maybe(clean),
    names: fc.array(clean, { maxLength: 2 }),
    ports: fc.array(port, { maxLength: 3 }),
    otherStates: fc.array(fc.record({ state, count: fc.nat(), transport: maybe(transport) }), { maxLength: 2 }),
    os: maybe(
      fc.record({
        matches: fc.array(
          fc.record({
            name: clean,
            accuracy: fc.nat(100),
            family: maybe(clean),
            vendor: maybe(clean),
            type: maybe(clean),
          }),
          { maxLength: 2 },
        ),
        families: fc.array(word, { maxLength: 2 }),
        goodConditions: fc.boolean(),
        stack: fc.array(fc.tuple(word, word), { maxLength: 3 }).map((pairs) => new Map(pairs)),
      }),
    ),
    distance: maybe(fc.nat(64)),
    problems: fc.subarray(["timed-out", "port-sum-mismatch", "not-closed", "oversized", "unreadable"] as const),
    allPortsOpen: maybe(fc.nat(65_535)),
    sample: fc.array(fc.record({ transport, number: fc.nat(65_535) }), { maxLength: 2 }),
    recheck: fc.record({ same: fc.nat(), other: fc.nat() }),
    truncated: fc.array(word, { maxLength: 2 }),
  },
  {
    requiredKeys: [
      "state",
      "stateReason",
      "mac",
      "macVendor",
      "names",
      "ports",
      "otherStates",
      "os",
      "distance",
      "problems",
      "allPortsOpen",
      "truncated",
    ],
  },
);

describe("what was seen of a host, as text", () => {
  it("comes back as it was, whatever a host sends", () => {
    fc.assert(
      fc.property(facts, (seen) => {
        expect(decodeJson(hostFacts, packHostFacts(seen))).toEqual(seen);
      }),
    );
  });

  it("is the text that the schema would write, so that both can be read by the other", () => {
    fc.assert(
      fc.property(facts, (seen) => {
        const plain = JSON.parse(JSON.stringify(seen.os === null ? seen : { ...seen, os: { ...seen.os, stack: [] } }));
        const written = JSON.parse(packHostFacts(seen));
        expect(Object.keys(written).toSorted()).toEqual(Object.keys(plain).toSorted());
        expect(JSON.parse(encodeJson(hostFacts, seen))).toEqual(written);
      }),
    );
  });

  it("is the same text for the same content, which is stored once", () => {
    fc.assert(
      fc.property(facts, (seen) => {
        expect(packHostFacts(decodeJson(hostFacts, packHostFacts(seen)))).toBe(packHostFacts(seen));
      }),
    );
  });

  it.each(["state", "names", "ports", "otherStates", "problems", "truncated"])("without %s is refused", (key) => {
    const { address: _a, observedAt: _o, srttMicros: _s, coverage: _c, ...seen } = hostObservation("10.0.0.1");
    const { [key]: _gone, ...rest } = JSON.parse(packHostFacts(seen));
    expect(() => decodeJson(hostFacts, JSON.stringify(rest))).toThrow();
  });
});

describe("a run, as text", () => {
  const { hosts: _hosts, ...facts } = nmapRun(0);

  it("comes back without what it does not know: scripts that nobody checked were not refused", () => {
    expect(decodeJson(runFacts, encodeJson(runFacts, facts))).toEqual(facts);
    expect(decodeJson(runFacts, encodeJson(runFacts, facts))).not.toHaveProperty("rejectedScripts");
    const refused = { ...facts, rejectedScripts: [{ id: "x", reason: "hash" }], raw: null };
    expect(decodeJson(runFacts, encodeJson(runFacts, refused))).toEqual(refused);
  });

  it.each([
    ['[["tcp","ports",1]]', true],
    ["[]", true],
    ['[["icmp","ports",1]]', false],
    ['[["tcp","of-tomorrow",1]]', false],
    ['[["tcp","ports",1.5]]', false],
    ['[["tcp","ports"]]', false],
    ['[["tcp","ports",1,2]]', false],
  ])("coverage %s is readable: %s", (json, good) => {
    const read = () => decodeJson(coverageRefs, json);
    if (good) expect(read()).toEqual(JSON.parse(json));
    else expect(read).toThrow();
  });
});
