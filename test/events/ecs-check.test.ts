import { describe, expect, test } from "vitest";
import { assertEcsEvent, ecsEventProblems } from "../support/ecs-check.ts";
import { encodeCycle } from "./checked.ts";
import type { Loose } from "./loose.ts";
import { cycle, step } from "./samples.ts";

const GOOD = encodeCycle(cycle({ steps: [step()] }))[0]?.body ?? "";

function problemsAfter(spoil: (body: Loose) => void): readonly string[] {
  const body = JSON.parse(GOOD);
  spoil(body);
  return ecsEventProblems(JSON.stringify(body));
}

describe("the check of events", () => {
  test("has nothing to say about a good one", () => {
    expect(() => assertEcsEvent(GOOD)).not.toThrow();
  });

  test.each([
    ["null", "tripline.anomaly.subject: null", (b) => (b.tripline.anomaly.subject = null)],
    ["an empty text", 'event.reason: ""', (b) => (b.event.reason = "")],
    ["an empty array", "tags: empty array", (b) => (b.tags = [])],
    ["an empty object", "extra: {}", (b) => (b.extra = {})],
    ["a dotted key", "dotted key", (b) => (b["host.os"] = { name: "Linux" })],
    ["a field of nobody", "tripline.novelty", (b) => (b.tripline.novelty = 1)],
    ["an ECS field we do not use", "host.uptime", (b) => (b.host.uptime = 1)],
    ["a single value for a list", "host.ip: must be an array", (b) => (b.host.ip = "10.20.30.41")],
    ["a list for a single value", "server.port: must not be an array", (b) => (b.server.port = [4444])],
    ["a number as text", 'server.port: "4444"', (b) => (b.server.port = "4444")],
    ["a port with a fraction", "server.port: 44.5", (b) => (b.server.port = 44.5)],
    ["a name for an address", 'source.ip: "vantage"', (b) => (b.source.ip = "vantage")],
    ["a time without zone", "event.start", (b) => (b.event.start = "2026-11-20T09:30:14")],
    ["a MAC with colons", "host.mac", (b) => (b.host.mac = ["00:50:56:9A:3C:41"])],
    ["an operating system type of its own", "host.os.type", (b) => (b.host.os.type = "router")],
    ["an unknown category", "event.category", (b) => (b.event.category = ["net"])],
    ["a type that does not go with the category", "not expected with category", (b) => (b.event.type = ["change"])],
    ["an unknown action", "slug table", (b) => (b.event.action = "port-open")],
    ["another rule", "rule.id", (b) => (b.rule.id = "tl-other")],
    ["a severity between the bands", "event.severity: 50", (b) => (b.event.severity = 50)],
    ["a broken score", "event.risk_score", (b) => (b.event.risk_score = 87.5)],
    ["points that do not add up", "add up to", (b) => (b.tripline.score.points.rarity = 1)],
    ["an alert that is not notable", "not notable", (b) => (b.tripline.anomaly.notable = false)],
    ["an alert for an update", "for transition updated", (b) => (b.tripline.anomaly.transition = "updated")],
    ["an ingest time of our own", "event.ingested", (b) => (b.event.ingested = "2026-11-20T09:30:14.218Z")],
    ["an address missing in related", "related.ip: lacks 10.20.30.5 of source.ip", (b) => b.related.ip.pop()],
    ["server unlike destination", "destination.port", (b) => (b.destination.port = 1)],
    ["a message without a full stop", "full stop", (b) => (b.message = "New port")],
    ["a long message", "message: 301 characters", (b) => (b.message = `${"x".repeat(300)}.`)],
    ["an escape sequence", "control or invisible", (b) => (b.service.name = "\u001b[31m")],
    ["a hidden character", "control or invisible", (b) => (b.message = "a\u202Eb.")],
    [
      "a banner in the message",
      "repeats the banner",
      (b) => {
        b.tripline.observed.banner = "SSH-2.0-OpenSSH_9.8";
        b.message = "It says SSH-2.0-OpenSSH_9.8 now.";
      },
    ],
    ["a value that is too long", "bytes, at most 256", (b) => (b.host.name = "x".repeat(300))],
    ["a field of another family", "not a field of family anomaly", (b) => (b.tripline.outbox = { pending: 1 })],
    ["a broken id", "event.id", (b) => (b.event.id = "7")],
    ["a bad label key", "labels", (b) => (b.labels["a.b"] = "c")],
  ] satisfies readonly (readonly [string, string, (body: Loose) => unknown])[])(
    "finds %s",
    (_name, expected, spoil) => {
      expect(problemsAfter(spoil).join("\n")).toContain(expected);
    },
  );

  test("finds an event that is too big", () => {
    expect(problemsAfter((b) => (b.tripline.score.parts = [{ why: "x".repeat(70_000) }])).join()).toContain(
      "at most 65536",
    );
  });

  test("throws with every problem, and the event", () => {
    const body = GOOD.replace('"kind":"alert"', '"kind":"signal"').replace('"port":4444', '"port":"4444"');
    expect(() => assertEcsEvent(body)).toThrow(
      /event breaks its contract:\n- server\.port[^]*event\.kind[^]*@timestamp/,
    );
  });
});
