import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { jsonSchema } from "../../scripts/assets/json-schema.ts";
import { cleanText } from "../../src/domain/clean-text.ts";
import type { Facts } from "../../src/domain/facts.ts";
import { ANOMALY_KINDS } from "../../src/domain/kinds/catalogue.ts";
import type { CycleEvents } from "../../src/events/encode-cycle.ts";
import { assertEcsEvent } from "../support/ecs-check.ts";
import { encodeAudit, encodeCycle } from "./checked.ts";
import type { ObservationChange } from "../../src/events/observation-change.ts";
import { anomaly, APP07, context, cycle, score, step } from "./samples.ts";

const NASTY = [
  "\u001b[31mred\u001b]0;title\u0007",
  "\u202Egnp.exe\u202C",
  "a\u0000b",
  "\ud800 lone",
  "__proto__",
  "constructor",
  "x".repeat(100_000),
  "é\u0301".repeat(3000),
  "😀".repeat(2000),
  "::command name=x::",
  '"}{"index":{}}\n',
  "null",
  ".",
  "   ",
  "\u200b",
];
const nasty = fc.oneof(
  fc.constantFrom(...NASTY),
  fc.string({ unit: "binary", maxLength: 300 }),
  fc.string({ unit: "grapheme", maxLength: 300 }),
);
const TEXT_LEAVES = [
  "service",
  "product",
  "version",
  "extra_info",
  "banner",
  "http_digest",
  "os_family",
  "os_name",
  "mac",
  "ip",
  "dns_name",
  "identity",
] as const;
const number = fc.oneof(fc.constantFrom(0, 1, 65_535), fc.nat({ max: 65_535 }));
const time = fc.integer({ min: 0, max: 4_102_444_800_000 });
// Points are given as people see them: with a tenth.
const points = fc.integer({ min: 0, max: 1000 }).map((n) => n / 10);

// The sentence of an anomaly is made elsewhere: here it is any text, but not by chance the banner.
const facts: fc.Arbitrary<Facts> = fc
  .record({
    text: fc.dictionary(fc.constantFrom(...TEXT_LEAVES), nasty),
    port: number,
    reason_ttl: fc.nat({ max: 255 }),
  })
  .map(({ text: { banner, ...text }, ...numbers }) => {
    return { ...text, ...numbers, ...(banner === undefined ? {} : { banner: `from a port: ${banner}` }) };
  });

const cycles: fc.Arbitrary<CycleEvents> = fc
  .record({
    kind: fc.constantFrom(...ANOMALY_KINDS.filter((kind) => kind !== "rollout")),
    transition: fc.constantFrom("opened", "escalated", "updated", "resolved", "accepted", "muted", "aged"),
    texts: fc.tuple(nasty, nasty, nasty, nasty, nasty),
    before: facts,
    after: facts,
    rarity: points,
    context: points.map((n) => -n),
    number,
    firstSeen: time,
    at: time,
    notable: fc.boolean(),
    keys: fc.array(fc.tuple(nasty, nasty), { maxLength: 20 }),
  })
  .map((r) => {
    const [name, message, reason, subject, tag] = r.texts;
    const host = { ...APP07, name: name === "" ? null : name, osFamily: subject, tags: [tag, name] };
    const port = { transport: "tcp" as const, number: r.number };
    const judged = anomaly({
      kind: r.kind,
      host,
      port,
      subject,
      message,
      before: r.before,
      after: r.after,
      firstSeen: r.firstSeen,
      score: score({ rarity: r.rarity, context: r.context }),
      closed: { by: name, reason: "back-to-baseline" },
      mute: { id: "m", origin: reason, until: r.at },
    });
    const seen: ObservationChange = {
      cause: "first",
      host,
      port,
      facts: r.after,
      guess: subject,
      digest: "0".repeat(32),
      at: r.at,
      open: [],
      scripts: new Map(r.keys),
      certificate: { issuer: name, subject: message, notAfter: r.at },
    };
    return cycle({
      context: context({ labels: new Map(r.keys), tags: [tag] }),
      steps: [step({ anomaly: judged, transition: r.transition, notable: r.notable, at: r.at, reason })],
      health: [
        { kind: "script-failed", subject: name, message, reason, code: null, outcome: "failure" },
        { kind: "source-stale", subject, message: name, reason: null, code: null, outcome: "unknown" },
      ],
      observations: [seen, { ...seen, port: null, open: [{ port, facts: r.after, guess: subject }] }],
    });
  });

// zod reads the schema independently of how it was written.
const SCHEMA = z.fromJSONSchema(structuredClone(jsonSchema()));

/** More than 104 days of nanoseconds are a long of JSON and of the index, and no integer of zod. */
function safe(_key: string, value: unknown): unknown {
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? Number.MAX_SAFE_INTEGER : value;
}

describe("whatever a host says of itself", () => {
  test("every event keeps the contract, and is the same when encoded twice", () => {
    fc.assert(
      fc.property(cycles, (input) => {
        const events = encodeCycle(input);
        for (const event of events) {
          assertEcsEvent(event.body);
          expect(SCHEMA.safeParse(JSON.parse(event.body, safe)).error?.issues ?? []).toEqual([]);
        }
        expect(encodeCycle(input).map((event) => event.body)).toEqual(events.map((event) => event.body));
      }),
      { numRuns: 150 },
    );
  });

  test("an audit event keeps it too", () => {
    fc.assert(
      fc.property(nasty, nasty, nasty, (by, object, reason) => {
        const entry = { id: "1", kind: "mute-added", at: 1, by, via: "cli", object, reason, until: 9 } as const;
        const named = anomaly({ host: { ...APP07, name: object } });
        // An operator without a name is refused before it comes to this; the other leaves may be empty.
        fc.pre(cleanText(by, { maxBytes: 256 }).trim() !== "");
        assertEcsEvent(encodeAudit({ ...entry, before: by, after: null, anomalyId: null }, context(), named).body);
      }),
    );
  });
});
