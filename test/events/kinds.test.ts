import { describe, expect, test } from "vitest";
import { ACTIONS, PUBLISHED_ACTIONS } from "../../src/domain/kinds/actions.ts";
import { AUDIT_KINDS } from "../../src/domain/kinds/audit.ts";
import { ANOMALY_KINDS } from "../../src/domain/kinds/catalogue.ts";
import { HEALTH_KINDS } from "../../src/domain/kinds/health.ts";
import { attackCandidates } from "../../src/events/attack.ts";
import { assertEcsEvent } from "../support/ecs-check.ts";
import { encodeAudit, encodeCycle, encodeHealth } from "./checked.ts";
import { anomaly, context, cycle, score, step } from "./samples.ts";

/** The actions of contract version 1 as its first release sent them or promised them; consumers filter by these words. */
const PUBLISHED = [
  "port-opened",
  "port-closed",
  "service-changed",
  "version-changed",
  "version-downgraded",
  "banner-changed",
  "certificate-changed",
  "certificate-renewed",
  "hostkey-changed",
  "host-appeared",
  "host-disappeared",
  "host-moved",
  "name-changed",
  "mac-changed",
  "os-shifted",
  "identity-changed",
  "all-ports-open",
  "ports-opened",
  "rollout",
  "undeclared-port",
  "undeclared-host",
  "port-moved",
  "missing-endpoint",
  "service-mismatch",
  "scan-completed",
  "scan-partial",
  "scan-failed",
  "scan-skipped",
  "vantage-degraded",
  "path-intercepted",
  "vantage-recovered",
  "rebaselined",
  "script-failed",
  "script-rejected",
  "source-stale",
  "declaration-evaluated",
  "agent-started",
  "agent-stopped",
  "sink-down",
  "sink-recovered",
  "event-rejected",
  "store-reset",
  "store-rolled-back",
  "host-observed",
  "service-observed",
  "anomaly-accepted",
  "mute-added",
  "mute-removed",
  "mute-expired",
  "baseline-accepted",
  "baseline-reset",
  "config-loaded",
  "config-rejected",
  "scan-requested",
] as const;

describe("every action", () => {
  test("that was published once is still in the contract", () => {
    expect(PUBLISHED_ACTIONS).toEqual(expect.arrayContaining([...PUBLISHED]));
    expect(new Set(PUBLISHED_ACTIONS).size).toBe(PUBLISHED_ACTIONS.length);
  });

  test("has a detector name of its own", () => {
    const names = Object.values(ACTIONS).map((row) => row.rule);
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
    for (const [slug, row] of Object.entries(ACTIONS)) expect(row.attack, slug).not.toContain("T1046");
  });
});
