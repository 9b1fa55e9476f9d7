import { describe, expect, test } from "vitest";
import { ANOMALY_KINDS, AUDIT_KINDS, HEALTH_KINDS, OBSERVATION_KINDS } from "../../src/domain/kinds.ts";
import { attackCandidates, SLUGS } from "../../src/events/slugs.ts";
import { assertEcsEvent } from "../support/ecs-check.ts";
import { encodeAudit, encodeCycle, encodeHealth } from "./checked.ts";
import { anomaly, context, cycle, score, step } from "./samples.ts";

describe("every action", () => {
  test("of the domain has a row in the slug table, and the table has no other", () => {
    const kinds = [...ANOMALY_KINDS, ...HEALTH_KINDS, ...AUDIT_KINDS, ...OBSERVATION_KINDS];
    expect(Object.keys(SLUGS).toSorted()).toEqual([...kinds].toSorted());
  });

  test("has a detector name of its own", () => {
    const names = Object.values(SLUGS).map((row) => row.rule);
    expect(new Set(names).size).toBe(names.length);
  });

  test.each(ANOMALY_KINDS)("anomaly %s opens and resolves as a valid event", (kind) => {
    const member = { hostId: "h", ip: "10.0.0.1", name: null, anomalyId: "a" };
    const group = { id: "g", kind: "port-opened", from: null, to: "open", subject: "s", members: [member] } as const;
    const of = anomaly({ kind, group: kind === "rollout" ? group : null });
    const steps = [step({ anomaly: of }), step({ anomaly: of, transition: "resolved" })];
    for (const event of encodeCycle(cycle({ steps }))) assertEcsEvent(event.body);
  });

  test.each(HEALTH_KINDS)("health %s is a valid event without severity", (kind) => {
    const notice = {
      kind,
      subject: "siem",
      message: "It happened",
      reason: "why",
      code: "TL1",
      outcome: "failure",
    } as const;
    const event = encodeHealth(notice, context(), { epoch: 1, commitCounter: 7 });
    assertEcsEvent(event.body);
    expect(event.severity).toBeNull();
    expect(JSON.parse(event.body).event.severity).toBeUndefined();
  });

  test.each(AUDIT_KINDS)("audit %s is a valid event, with and without an anomaly", (kind) => {
    const entry = { id: "1", kind, at: 1, by: "m.analyst", via: "cli", object: "10.0.0.1", reason: "" } as const;
    const row = { ...entry, until: null, before: null, after: null, anomalyId: null };
    assertEcsEvent(encodeAudit(row, context()).body);
    assertEcsEvent(encodeAudit(row, context(), anomaly()).body);
  });
});

describe("ATT&CK candidates", () => {
  test.each([
    ["port-opened", "unknown", ["T1571"]],
    ["port-opened", "remote-admin", ["T1571", "T1021", "T1133"]],
    ["port-opened", "proxy-tunnel", ["T1571", "T1090.001"]],
    ["undeclared-port", "remote-access-tool", ["T1133", "T1578", "T1219"]],
    ["hostkey-changed", "remote-admin", ["T1557"]],
    ["version-changed", null, []],
  ] as const)("of %s with class %s", (kind, exposure, expected) => {
    expect(attackCandidates(anomaly({ kind, score: score({ rarity: 50 }, { exposure }) }))).toEqual(expected);
  });

  test("never name what we do ourselves, or defence impairment alone", () => {
    for (const [slug, row] of Object.entries(SLUGS)) expect(row.attack, slug).not.toContain("T1046");
  });
});
