import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { anomaly as anomalyCodec, mute as muteCodec } from "../../../src/store/codecs/anomaly.ts";
import { comparability, segmentVantage } from "../../../src/store/codecs/baseline.ts";
import { facts, fieldFamily } from "../../../src/store/codecs/common.ts";
import { auditEntry, scanSummary } from "../../../src/store/codecs/cycle-record.ts";
import { evaluatedState } from "../../../src/store/codecs/declarations.ts";
import { decodeJson, decodeJsonOrNull, encodeJson, mapOf } from "../../../src/store/codecs/json.ts";
import { packScriptValue, scriptValue } from "../../../src/store/codecs/script-value.ts";
import type { ScriptValue } from "../../../src/domain/observation.ts";
import { AUDIT_KINDS } from "../../../src/domain/kinds/audit.ts";
import { anomaly as anyAnomaly } from "../support/arbitraries.ts";
import { anomaly, audit, mute, text } from "../support/samples.ts";

const hostile = fc.oneof(fc.string(), fc.constantFrom("__proto__", "constructor", "", "map"));
const nullable = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: null });

const source = fc.record({
  file: hostile,
  line: nullable(fc.nat()),
  column: nullable(fc.nat()),
  format: hostile,
  digest: hostile,
  readAt: fc.nat(),
  stale: fc.boolean(),
});

const declaration = fc.record({
  id: hostile,
  kind: fc.constantFrom("service" as const, "permission" as const, "host" as const, "route" as const),
  action: fc.constantFrom("allow" as const, "deny" as const),
  layer: fc.constantFrom("inventory" as const, "none" as const),
  target: fc.record({ addresses: fc.array(hostile), cidrs: fc.array(hostile), hostnames: fc.array(hostile) }),
  transport: fc.constantFrom("tcp" as const, "udp" as const, "sctp" as const, "any" as const),
  portFrom: fc.nat(65_535),
  portTo: fc.nat(65_535),
  anyPort: fc.boolean(),
  scope: fc.array(hostile),
  app: fc.record({ protocol: nullable(hostile), tls: nullable(fc.boolean()) }),
  owner: fc.record({ tool: hostile, address: hostile, name: nullable(hostile) }),
  sources: fc.array(source, { maxLength: 2 }),
  expires: nullable(fc.nat()),
  confidence: fc.constantFrom("exact" as const, "inferred" as const, "unresolved" as const),
  reasons: fc.array(hostile),
});

const hostsOf = fc.array(fc.record({ file: hostile, hosts: fc.array(hostile, { maxLength: 2 }) }), { maxLength: 2 });
const state = fc.constantFrom("read" as const, "stale" as const, "unreadable" as const);
const evaluated = fc.record(
  {
    declarations: fc.array(declaration, { maxLength: 3 }),
    sources: fc.array(
      fc.record({
        file: hostile,
        tool: hostile,
        state,
        entries: fc.nat(),
        digest: nullable(hostile),
        readAt: nullable(fc.nat()),
        completeFor: fc.array(hostile),
        notes: fc.array(hostile),
      }),
      { maxLength: 2 },
    ),
    firstLook: fc.record({
      looks: fc.nat(),
      compared: hostsOf,
      unmeasured: hostsOf,
      missing: fc.array(hostile),
      told: fc.array(fc.record({ file: hostile, state }), { maxLength: 2 }),
    }),
  },
  { requiredKeys: ["declarations", "sources"] },
);

describe("what is stored as text comes back as it was", () => {
  it("declarations as they were evaluated", () => {
    fc.assert(
      fc.property(evaluated, (value) => {
        expect(decodeJson(evaluatedState, encodeJson(evaluatedState, value))).toEqual(value);
      }),
    );
  });

  it("anomalies, and the same one is always the same text", () => {
    fc.assert(
      fc.property(anyAnomaly, (value) => {
        const written = encodeJson(anomalyCodec, value);
        const read = decodeJson(anomalyCodec, written);
        expect(read).toEqual(value);
        expect(encodeJson(anomalyCodec, read)).toBe(written);
      }),
    );
  });

  it.each([{}, { host: "web" }, { port: "tcp/1", kind: "port-opened" as const }, { anomaly: "a", segment: "s" }])(
    "a mute for %j",
    (match) => {
      const one = mute("m1", { match });
      expect(decodeJson(muteCodec, encodeJson(muteCodec, one))).toStrictEqual(one);
    },
  );

  it.each(AUDIT_KINDS)("an audit entry of kind %s", (kind) => {
    const one = audit("o1", { kind, until: 5, before: "a", after: "b", anomalyId: "a1" });
    expect(decodeJson(auditEntry, encodeJson(auditEntry, one))).toStrictEqual(one);
  });

  it("results of scripts, tables in tables, whatever their keys", () => {
    const { value } = fc.letrec<{ value: ScriptValue }>((tie) => ({
      value: fc.oneof(
        { depthSize: "small" },
        hostile.map((one) => text(one)),
        fc.array(tie("value"), { maxLength: 3 }),
        fc.array(fc.tuple(hostile, tie("value")), { maxLength: 3 }).map((pairs) => new Map(pairs)),
      ),
    }));
    fc.assert(
      fc.property(value, (one) => {
        expect(z.decode(scriptValue, JSON.parse(JSON.stringify(packScriptValue(one))))).toStrictEqual(one);
        expect(z.encode(scriptValue, one)).toEqual(packScriptValue(one));
      }),
    );
  });

  it("maps keep their order and their strangest keys", () => {
    const codec = mapOf(z.string(), z.number());
    const map = new Map([
      ["b", 1],
      ["__proto__", 2],
      ["", 3],
    ]);
    expect([...decodeJson(codec, encodeJson(codec, map))]).toEqual([...map]);
  });
});

describe("what was not written by us is refused", () => {
  const whole = JSON.parse(encodeJson(anomalyCodec, anomaly("a1")));

  it.each(Object.keys(whole))("an anomaly without %s", (key) => {
    const { [key]: _gone, ...rest } = whole;
    expect(() => decodeJson(anomalyCodec, JSON.stringify(rest))).toThrow();
  });

  it.each<[string, object]>([
    ["a leaf that nobody knows", { of_tomorrow: 1 }],
    ["a kind that nobody knows", { kind: "of-tomorrow" }],
    ["a state that nobody knows", { state: "half-open" }],
    ["a text where a number is", { episode: "1" }],
    ["a fact that nobody knows", { after: { of_tomorrow: "x" } }],
    ["a fact of another type", { after: { port: "4444" } }],
  ])("an anomaly with %s", (_, change) => {
    expect(() => decodeJson(anomalyCodec, JSON.stringify({ ...whole, ...change }))).toThrow();
  });

  it.each([
    ["no text", 5],
    ["no JSON", "{"],
    ["null", "null"],
    ["a list", "[]"],
  ])("%s", (_, value) => {
    expect(() => decodeJson(anomalyCodec, value)).toThrow();
  });

  it.each([
    "5",
    "null",
    '{"map":{"a":"b"}}',
    '{"map":[["a"]]}',
    '{"map":[["a","b","c"]]}',
    '{"map":[[1,"b"]]}',
    '{"a":"b"}',
    "[5]",
  ])("%s as the result of a script", (json) => {
    expect(() => z.decode(scriptValue, JSON.parse(json))).toThrow();
  });

  it("a map that is none, or whose values are of another kind", () => {
    expect(() => decodeJson(comparability, '{"presence":"p"}')).toThrow();
    expect(() => decodeJson(comparability, '[["presence"]]')).toThrow();
    expect(() => decodeJson(comparability, '[["weather","p"]]')).toThrow();
  });

  it("nothing is written either that could not be read again", () => {
    expect(() => encodeJson(facts, { port: "4444" } as never)).toThrow();
    expect(() => encodeJson(muteCodec, { ...mute("m1"), until: null } as never)).toThrow();
  });
});

describe("texts of older versions", () => {
  it.each([
    ["presence", true],
    ["service", true],
    ["os", true],
    ["script:of-tomorrow", true],
    ["script", false],
    ["", false],
    [5, false],
  ])("%s is a family of fields: %s", (value, expected) => {
    expect(fieldFamily.safeParse(value).success).toBe(expected);
  });

  it("a scan that did not know of narrowing was not narrowed", () => {
    const old = {
      completeness: "complete",
      problems: [],
      reason: null,
      method: "syn",
      nmapVersion: null,
      coverage: 1,
      hosts: { planned: 1, up: 1, partial: 0, unmeasured: 0 },
      ports: { probed: 1, open: 0 },
      scriptErrors: [],
      comparability: [],
      raw: null,
      outOfScope: 0,
    };
    expect(decodeJson(scanSummary, JSON.stringify(old)).narrowed).toBe(false);
    expect(decodeJson(scanSummary, JSON.stringify({ ...old, narrowed: true })).narrowed).toBe(true);
  });

  it("a vantage that did not know what was asked does not know it, which is not nothing", () => {
    const old = { state: "ok", sourceAddress: null, gatewayMac: null, srttMicros: null, cycles: 0 };
    expect(decodeJson(segmentVantage, JSON.stringify(old))).not.toHaveProperty("asked");
    expect(decodeJson(segmentVantage, JSON.stringify({ ...old, asked: [] })).asked).toEqual([]);
  });

  it("what was never there is null, and null is not a text", () => {
    expect(decodeJsonOrNull(muteCodec, null)).toBeNull();
    expect(() => decodeJsonOrNull(muteCodec, "null")).toThrow();
    expect(() => decodeJsonOrNull(muteCodec, undefined)).toThrow();
  });
});
