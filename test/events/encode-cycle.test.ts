import { describe, expect, test } from "vitest";
import type { AnomalyStep } from "../../src/domain/anomaly.ts";
import type { HealthNotice } from "../../src/domain/event.ts";
import type { CycleEvents } from "../../src/events/encode-cycle.ts";
import type { ObservationChange } from "../../src/events/observation-change.ts";
import { assertEcsEvent } from "../support/ecs-check.ts";
import { encodeCycle, encodeHealth, encodeOperatorStep } from "./checked.ts";
import { type Loose, read } from "./loose.ts";
import { anomaly, APP07, at, context, cycle, score, step, summary, VANTAGE } from "./samples.ts";

const NOTICE: HealthNotice = {
  kind: "vantage-degraded",
  subject: null,
  message: "Vantage vp-dmz-west-1 is degraded (hosts-vanished); absence is not judged",
  reason: "3 of 61 known hosts answered.",
  code: "TL301",
  outcome: "failure",
};
const SERVICE: ObservationChange = {
  cause: "first",
  host: APP07,
  port: { transport: "tcp", number: 22 },
  facts: { state: "open", service: "ssh" },
  guess: null,
  digest: "18ac3e7343f016890c510e93f9352611",
  at: at("2026-11-20T09:30:14.218Z"),
  open: [],
  scripts: new Map(),
  certificate: null,
};
const FULL: Partial<CycleEvents> = {
  steps: [step(), step({ anomaly: anomaly({ id: "second", kind: "port-closed", subject: "tcp/80" }) })],
  observations: [SERVICE],
  health: [NOTICE],
};

function only(changed: Partial<AnomalyStep>, of: Partial<CycleEvents> = {}): Loose {
  return read(encodeCycle(cycle({ ...of, steps: [step(changed)] }))[0]?.body ?? "{}");
}

describe("the events of a cycle", () => {
  test("leave in the order anomalies, observations, health, and the scan event last", () => {
    const events = encodeCycle(cycle(FULL));
    expect(events.map((event) => event.action)).toEqual([
      "port-opened",
      "port-closed",
      "service-observed",
      "vantage-degraded",
      "scan-completed",
    ]);
    for (const event of events) assertEcsEvent(event.body);
  });

  test("are the same bytes for the same input", () => {
    const bodies = (input: CycleEvents) => encodeCycle(input).map((event) => `${event.id} ${event.key} ${event.body}`);
    expect(bodies(cycle(FULL))).toEqual(bodies(cycle(structuredClone(FULL))));
  });

  test("do not depend on the order in which labels, facts and comparability were put in", () => {
    const facts = { state: "open", service: "ssh", version: "9.8", product: "OpenSSH" };
    const forward = {
      labels: new Map(Object.entries({ b: "2", a: "1" })),
      facts,
      families: ["os", "presence"] as const,
    };
    const backward = {
      labels: new Map([...forward.labels].toReversed()),
      facts: Object.fromEntries(Object.entries(facts).toReversed()),
      families: forward.families.toReversed(),
    };
    const bodies = [forward, backward].map((order) => {
      const comparability = new Map(order.families.map((family) => [family, "k"] as const));
      const input = { context: context({ labels: order.labels }), summary: summary({ comparability }) };
      return encodeCycle(cycle({ ...input, steps: [step({ anomaly: anomaly({ after: order.facts }) })] }));
    });
    expect(bodies[0]).toEqual(bodies[1]);
  });

  test("do not change their input", () => {
    const input = cycle(FULL);
    const { hosts, exposureOf, declaredAt, ...data } = input;
    const before = structuredClone(data);
    encodeCycle({ ...data, hosts, exposureOf, declaredAt });
    expect(data).toEqual(before);
  });

  test("have ids of their own, also two alike notices", () => {
    const events = encodeCycle(cycle({ ...FULL, health: [NOTICE, NOTICE, { ...NOTICE, subject: "a" }] }));
    expect(new Set(events.map((event) => event.id)).size).toBe(events.length);
    for (const event of events) expect(read(event.body).event.id).toBe(event.id);
  });

  test("a scan that measured nobody does not say that 0 of 0 hosts are missing", () => {
    const none = { planned: 0, up: 0, partial: 0, unmeasured: 0 };
    const failed = summary({ completeness: "failed", problems: ["empty-output"], hosts: none });
    const body = read(encodeCycle(cycle({ summary: failed })).at(-1)?.body);
    expect(body.message).toBe("Scan ports from vp-dmz-west-1 is failed: no host was measured in segment dmz-west.");
  });

  test("a notice about the scan itself is not told twice: the scan event takes its code", () => {
    const notice: HealthNotice = { ...NOTICE, kind: "scan-failed", code: "TL204" };
    const failed = summary({ completeness: "failed", problems: ["not-started"], reason: "nmap did not start." });
    const events = encodeCycle(cycle({ summary: failed, health: [notice] }));
    expect(events.map((event) => event.action)).toEqual(["scan-failed"]);
    const body = read(events[0]?.body ?? "{}");
    expect([body.event.code, body.event.outcome, body.error.message]).toEqual([
      "TL204",
      "failure",
      "nmap did not start.",
    ]);
  });
});

describe("keys for Kafka", () => {
  test("an anomaly goes by vantage and host, a group by the vantage alone", () => {
    const group = { id: "g", kind: "version-changed", from: "1", to: "2", subject: "s", members: [] } as const;
    const rollout = anomaly({ kind: "rollout", host: null, port: null, group });
    const events = encodeCycle(cycle({ steps: [step(), step({ anomaly: rollout })] }));
    expect(events.map((event) => event.key)).toEqual([`vp-dmz-west-1|${APP07.id}`, "vp-dmz-west-1", "vp-dmz-west-1"]);
  });

  test("an observed service has its port in the key, or compaction would keep one port per host", () => {
    const host: ObservationChange = { ...SERVICE, port: null, facts: { state: "up" } };
    const events = encodeCycle(cycle({ observations: [SERVICE, host] }));
    expect(events.map((event) => event.key)).toEqual([
      `vp-dmz-west-1|${APP07.id}|tcp/22`,
      `vp-dmz-west-1|${APP07.id}`,
      "vp-dmz-west-1",
    ]);
  });
});

describe("event.kind alert", () => {
  const high = score({ rarity: 48 });
  const medium = score({ rarity: 47 });
  test.each([
    ["a notable opening at the limit", { anomaly: anomaly({ score: high }) }, "alert"],
    ["a notable opening below the limit", { anomaly: anomaly({ score: medium }) }, "event"],
    ["an opening that is not notable", { notable: false }, "event"],
    ["a notable escalation", { transition: "escalated", previousScore: 20 }, "alert"],
    ["an update, whatever it says of itself", { transition: "updated" }, "event"],
    ["a resolution", { transition: "resolved" }, "event"],
    ["an informational kind", { anomaly: anomaly({ informational: true }) }, "event"],
    ["a muted anomaly", { anomaly: anomaly({ state: "muted" }) }, "event"],
  ] as const)("%s", (_name, changed, kind) => {
    expect(only(changed).event.kind).toBe(kind);
  });

  test("follows the configured limit", () => {
    const strict = { context: context({ alertAt: 90 }) };
    expect(only({}, strict).event.kind).toBe("event");
  });
});

describe("severity", () => {
  test.each([
    [0, 21],
    [21, 21],
    [22, 47],
    [47, 47],
    [48, 73],
    [73, 73],
    [74, 99],
    [100, 99],
  ])("a score of %i is severity %i", (value, severity) => {
    const body = only({ anomaly: anomaly({ score: score({ rarity: value }) }) });
    expect([body.event.severity, body.event.risk_score, body.event.risk_score_norm]).toEqual([severity, value, value]);
  });
});

describe("the life of an anomaly", () => {
  const member = (n: number) => ({
    hostId: `h${n}`,
    ip: `10.0.${n >> 8}.${n & 255}`,
    name: `host${n}`,
    anomalyId: `a${n}`,
  });

  test("event.type start counts openings only", () => {
    const types = (["opened", "escalated", "updated", "resolved", "accepted", "muted", "unmuted", "aged"] as const).map(
      (transition) => only({ transition }).event.type[0],
    );
    expect(types).toEqual(["start", "start", "info", "info", "info", "info", "info", "info"]);
  });

  test("a supersession names both sides", () => {
    const closed = { by: "tripline", reason: "superseded" } as const;
    const old = only({ transition: "resolved", anomaly: anomaly({ state: "resolved", closed }) });
    const next = only({ anomaly: anomaly({ id: "b", supersedes: ["a"] }) });
    expect(old.tripline.anomaly.closed).toEqual(closed);
    expect(next.tripline.anomaly.supersedes).toEqual(["a"]);
  });

  test("superseded by a third value, the observed side still says what was seen", () => {
    const closed = { by: "tripline", reason: "superseded" } as const;
    const body = only({ transition: "resolved", anomaly: anomaly({ state: "resolved", closed }) });
    expect(body.tripline.observed.state).toBe("open");
  });

  test("a finding that is over may be declared now: nobody says that the port is closed", () => {
    const closed = { by: "tripline", reason: "back-to-baseline" } as const;
    const finding = anomaly({ kind: "undeclared-port", state: "resolved", closed });
    const body = only({ transition: "resolved", anomaly: finding });
    expect([body.service.state, body.tripline.observed]).toEqual([undefined, undefined]);
  });

  test("a rollout of many hosts lists a hundred and says that there are more", () => {
    const group = {
      id: "g",
      kind: "version-changed",
      from: "1",
      to: "2",
      subject: "s",
      members: Array.from({ length: 300 }, (_, n) => member(n)),
    };
    const rollout = anomaly({ kind: "rollout", host: null, port: null, group: { ...group, kind: "version-changed" } });
    const event = encodeCycle(cycle({ steps: [step({ anomaly: rollout })] }))[0];
    const body = read(event?.body ?? "{}");
    assertEcsEvent(event?.body ?? "{}");
    expect(body.tripline.anomaly.group.count).toBe(300);
    expect(body.tripline.anomaly.group.ips).toHaveLength(100);
    expect(body.tripline.anomaly.group.truncated).toBe(true);
    expect(body.related.ip).toHaveLength(64);
    expect(body.tripline.truncated).toEqual(["related.ip", "related.hosts"]);
  });

  test("a rollout speaks in the category of its members, with a type that ECS expects there", () => {
    const typeOf = (kind: "version-changed" | "port-opened" | "host-appeared") => {
      const rollout = anomaly({
        kind: "rollout",
        host: null,
        group: { id: "g", kind, from: "1", to: "2", subject: "s", members: [member(1)] },
      });
      const { category, type } = only({ anomaly: rollout }).event;
      return [category, type];
    };
    expect(typeOf("version-changed")).toEqual([["network", "host"], ["change"]]);
    expect(typeOf("port-opened")).toEqual([["network"], ["info"]]);
    expect(typeOf("host-appeared")).toEqual([["host"], ["change"]]);
  });

  test("without a public URL there is no event.url", () => {
    expect(only({}, { context: context({ publicUrl: null }) }).event.url).toBeUndefined();
  });

  test.each([
    [null, "docs/anomalies/port-opened.md"],
    ["https://git.example.net/t/", "https://git.example.net/t/docs/anomalies/port-opened.md"],
  ])("with docs_base %s event and rule name the page %s", (docsBase, page) => {
    const event = only({}, { context: context({ docsBase }) });
    expect([event.event.reference, event.rule.reference]).toEqual([page, page]);
  });

  test("an agent without a known address or name leaves those leaves out", () => {
    const vantage = { ...VANTAGE, sourceAddress: null, mac: null, hostname: null };
    const events = encodeCycle(cycle({ ...FULL, context: context({ vantage }) }));
    for (const event of events) assertEcsEvent(event.body);
    expect(read(events[0]?.body ?? "{}").source).toBeUndefined();
  });
});

describe("ids", () => {
  const id = (changed: Partial<AnomalyStep>, of: Partial<CycleEvents> = {}) => only(changed, of).event.id;
  const same = id({});

  test.each([
    ["score", { anomaly: anomaly({ score: score({ rarity: 1 }) }) }],
    ["message", { anomaly: anomaly({ message: "Something else." }) }],
    ["count", { anomaly: anomaly({ count: 7 }) }],
    ["time", { at: 1 }],
    ["reason", { reason: "Another reason." }],
    ["notable", { notable: false }],
  ] as const)("do not change with the %s", (_name, changed) => {
    expect(id(changed)).toBe(same);
  });

  test.each([
    ["anomaly", { anomaly: anomaly({ id: "other" }) }, {}],
    ["transition", { transition: "updated" }, {}],
    ["fingerprint", { fingerprint: "other" }, {}],
    ["detector version", { anomaly: anomaly({ detector: { id: "port-opened", version: "2.0.0" } }) }, {}],
    ["cycle", {}, { context: context({ cycleId: "other" }) }],
    ["installation", {}, { context: context({ installId: "other" }) }],
  ] as const)("change with the %s", (_name, changed, of) => {
    expect(id(changed, of)).not.toBe(same);
  });

  test("of a step by an operator come from the audit row", () => {
    const accepted = step({ transition: "accepted", anomaly: anomaly({ state: "accepted" }) });
    const [one, again, two] = ["41", "41", "42"].map((row) =>
      encodeOperatorStep(accepted, context({ cycleId: row }), row),
    );
    assertEcsEvent(one?.body ?? "{}");
    expect(one?.id).toBe(again?.id);
    expect(one?.id).not.toBe(two?.id);
    expect(read(one?.body ?? "{}").tripline.scan).toBeUndefined();
  });

  test("of health outside of a cycle come from epoch and commit counter", () => {
    const down: HealthNotice = { ...NOTICE, kind: "sink-down", subject: "siem", message: "Output siem is down" };
    const ids = [1, 1, 2].map((commitCounter) => encodeHealth(down, context(), { epoch: "e", commitCounter }).id);
    expect(ids[0]).toBe(ids[1]);
    expect(ids[0]).not.toBe(ids[2]);
  });
});
