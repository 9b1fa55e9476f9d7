import { describe, expect, it } from "vitest";
import { canonical, firstDifference, type Json } from "../../bench/digest/canonical.ts";
import { firstDifferent } from "../../bench/digest/compare.ts";
import { ALL_SERIES, eventsOf, expectedDigest, overall, SUBJECTS } from "../../bench/digest/digest.ts";
import { ANOMALY_KINDS } from "../../src/domain/kinds/catalogue.ts";
import { reservedFor } from "../../src/events/field-table/reserved.ts";
import { fieldNamed, FIELDS } from "../../src/events/fields.ts";
import { sha256Hex } from "../../src/lib/hash.ts";

const LEAVES = new Set<string>();

/** What only live scans, operators, scripts and the pipeline of the server bring, and the prose that is left out here. */
const NOT_RECORDED = [
  "message",
  "event.reason",
  "event.reference",
  "event.ingested",
  "observer.hostname",
  "observer.mac",
  "error.",
  "tripline.truncated",
  "tripline.scan.raw.",
  "tripline.evaluation.",
  "tripline.anomaly.member_of",
  "tripline.anomaly.group.member",
  "tripline.change.",
  "tripline.maintenance.",
  "tripline.exposure.unauthenticated",
  "tripline.declared.expected.scope",
  "tripline.audit.",
  "tripline.outbox.sink",
  "tripline.baseline.http_digest",
  "tripline.observed.http_digest",
  "tripline.baseline.os_name",
];

/** Dotted names of all leaves, as the field table has them. */
function collectLeaves(value: Json, path: string, into: Set<string>): void {
  if (fieldNamed(path) !== null || value === null || typeof value !== "object" || Array.isArray(value)) into.add(path);
  else
    for (const [key, inner] of Object.entries(value)) collectLeaves(inner, path === "" ? key : `${path}.${key}`, into);
}

/** After a change that is meant to change events: `node bench/digest/run.ts --expect`, and say so in the changelog. */
describe("events of recorded scans are what they were", () => {
  const expected = expectedDigest();

  it.each(Object.entries(SUBJECTS))("%s", async (_, all) => {
    const found: Record<string, string> = {};
    for (const series of all) {
      const events = await eventsOf(series);
      for (const event of events) collectLeaves(JSON.parse(event) as Json, "", LEAVES);
      found[series.name] = sha256Hex(events.join("\n"));
    }
    expect(found).toEqual(Object.fromEntries(all.map(({ name }) => [name, expected.series[name]])));
  });

  it("over the series that are expected, of which the digest is made", () => {
    expect(ALL_SERIES.map(({ name }) => name)).toEqual(Object.keys(expected.series));
    expect(overall(expected.series)).toBe(expected.digest);
  });

  it("of every kind of anomaly that there was when the series were recorded", () => {
    // A kind that came later has its own test; a series for it is welcome.
    const covered = ANOMALY_KINDS.filter((kind) => (expected.actions[kind] ?? 0) > 0);
    expect(covered.length).toBeGreaterThanOrEqual(24);
  });
});

describe("the fields that those events have", () => {
  it("are all that the contract has, but for what is reserved and what no recorded scan can show", () => {
    const missing = FIELDS.filter(({ name }) => !LEAVES.has(name) && reservedFor(name) === null);
    const unexpected = missing.filter(({ name }) => !NOT_RECORDED.some((begin) => name.startsWith(begin)));
    expect(unexpected.map(({ name }) => name)).toEqual([]);
  });
});

const parts = (why: string) => ({ tripline: { score: { parts: [{ id: "rarity", points: 4, why }] } } });

describe("a canonical event", () => {
  it("has no prose and its keys in one order", () => {
    const event = { message: "m", event: { reason: "r", reference: "p", kind: "alert" }, "@timestamp": "t" };
    expect(canonical(event)).toBe('{"@timestamp":"t","event":{"kind":"alert"}}');
    expect(canonical(parts("so"))).toBe(canonical(parts("because")));
    expect(canonical({ labels: { message: "kept" } })).toBe('{"labels":{"message":"kept"}}');
  });

  it("of the program has no prose either", async () => {
    const events = (await Promise.all(ALL_SERIES.filter(({ name }) => name === "ports: SCTP").map(eventsOf))).flat();
    expect(events.filter((event) => event.includes('"parts":[{')).length).toBeGreaterThan(0);
    expect(events.filter((event) => /"(?:why|message|reason)":/.test(event))).toEqual([]);
  });

  it.each([
    [{ a: { b: [1, { c: 2 }] } }, { a: { b: [1, { c: 3 }] } }, "a.b.1.c: 2 → 3"],
    [{ a: 1 }, { a: 1, b: null }, "b: (absent) → null"],
    [{ a: [1] }, { a: [1, 2] }, "a: [1] → [1,2]"],
    [{ a: "1" }, { a: 1 }, 'a: "1" → 1'],
    [{ a: [1] }, { a: [1] }, null],
  ])("%j beside %j differs first in %s", (before, after, place) => {
    expect(firstDifference(before, after)).toBe(place);
  });

  it("that differs is named with its series, its number and its first field", () => {
    const [before, now] = [{ ports: ['{"a":1}', '{"a":2}'] }, { ports: ['{"a":1}', '{"a":3}'] }];
    expect(firstDifferent(before, now)).toMatch(/^ports: event 2 of 2, 2 before\n[^]* {2}first {3}a: 2 → 3$/);
    expect(firstDifferent(before, { ports: before.ports.slice(0, 1) })).toMatch(/event 2 of 1, 2 before/);
    expect(firstDifferent(before, before)).toBeNull();
  });
});
