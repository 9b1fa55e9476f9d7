import { describe, expect, it } from "vitest";
import { fieldsOf } from "../../scripts/rules/condition.ts";
import { loadRules, readRule } from "../../scripts/rules/load.ts";
import type { Rule } from "../../scripts/rules/rule.ts";
import { parentOf } from "../../src/domain/attack.ts";
import { type ActionSlug, ACTIONS } from "../../src/domain/kinds/actions.ts";
import { ANOMALY_KINDS, CATALOGUE } from "../../src/domain/kinds/catalogue.ts";
import { AUDIT_KINDS } from "../../src/domain/kinds/audit.ts";
import { HEALTH_KINDS } from "../../src/domain/kinds/health.ts";
import { RESERVED } from "../../src/domain/kinds/reserved.ts";
import { fieldNamed } from "../../src/events/fields.ts";

const RULES = loadRules();
const named = (values: readonly string[]) => [...values].toSorted();

/** Values that a rule asks of one field. */
function asked(rule: Rule, field: string): readonly string[] {
  const tests = rule.condition.any.flatMap(({ all }) => all).filter((test) => test.field === field);
  return tests.flatMap(({ is }) => ("oneOf" in is ? is.oneOf.map(String) : []));
}

/** What may happen without anybody being called, and why. */
const QUIET: Readonly<Partial<Record<ActionSlug, string>>> = {
  "scan-completed": "good news",
  "scan-partial": "single scans may be partial; TriplineScanPartial tells when they stay so",
  "vantage-recovered": "good news",
  "declaration-evaluated": "its findings are told by themselves",
  "change-not-seen": "a planned change that did not come is for who planned it",
  "agent-started": "a start is told by the audit of the machine",
  "agent-stopped": "sensor-silent tells when it stays so",
  "sink-recovered": "good news",
  "mute-removed": "it silences nothing",
  "change-announced": "what it excuses is limited, and marked on each event",
  "change-cancelled": "it silences nothing",
  "config-loaded": "daily work",
  "scan-requested": "daily work",
  "anomaly-acknowledged": "daily work",
  "anomaly-investigated": "daily work",
  "anomaly-reopened": "it silences nothing",
  "accept-undone": "it silences nothing",
};

describe("the rules", () => {
  it("are there, each with an id and a title of its own", () => {
    expect(RULES.length).toBeGreaterThanOrEqual(23);
    expect(new Set(RULES.map(({ id }) => id)).size).toBe(RULES.length);
    expect(new Set(RULES.map(({ title }) => title.toLowerCase())).size).toBe(RULES.length);
  });

  it.each(RULES.map((rule) => [rule.slug, rule] as const))("%s asks and shows only fields of the events", (_, rule) => {
    const columns = ["kinds", "score", "first_at", "last_at", "silent_min"];
    const shown = rule.fields_to_show.filter((field) => rule.type === "match" || !columns.includes(field));
    expect([...fieldsOf(rule.condition), ...shown].filter((field) => fieldNamed(field) === null)).toEqual([]);
  });

  it.each(RULES.map((rule) => [rule.slug, rule] as const))(
    "%s waits for actions that exist and are emitted",
    (_, rule) => {
      const actions = asked(rule, "event.action");
      expect(actions.filter((action) => !Object.hasOwn(ACTIONS, action))).toEqual([]);
      expect(actions.filter((action) => Object.hasOwn(RESERVED, action))).toEqual([]);
      const kinds: readonly string[] = ANOMALY_KINDS;
      expect(asked(rule, "tripline.anomaly.group.kind").filter((kind) => !kinds.includes(kind))).toEqual([]);
    },
  );

  it("name no technique that only impairs defences, and never that of scanning, which is what we do", () => {
    for (const { techniques, slug } of RULES) {
      expect(techniques.map(String), slug).not.toContain("T1046");
      const parents = techniques.map((id) => parentOf(id) ?? id);
      expect(parents.length > 0 && parents.every((id) => id === "T1562"), slug).toBe(false);
    }
  });
});

describe("what can happen", () => {
  it.each(ANOMALY_KINDS)("%s names in its row the rules that take it, or why there is none", (kind) => {
    const { alertedBy } = CATALOGUE[kind];
    const taking = RULES.filter((rule) => rule.type === "match" && asked(rule, "event.action").includes(kind));
    const slugs = taking.map(({ slug }) => slug);
    expect("none" in alertedBy ? [] : named(alertedBy)).toEqual(named(slugs));
    if ("none" in alertedBy) expect(alertedBy.none.length).toBeGreaterThan(10);
  });

  it.each([...HEALTH_KINDS, ...AUDIT_KINDS])("%s is told by a rule, or it is said why not", (kind) => {
    // A silence is told when they are absent.
    const taking = RULES.filter((rule) => rule.type !== "silence" && asked(rule, "event.action").includes(kind));
    expect(taking.length > 0).toBe(QUIET[kind] === undefined);
  });

  it("is excused only as long as it exists", () => {
    expect(Object.keys(QUIET).filter((kind) => !Object.hasOwn(ACTIONS, kind))).toEqual([]);
  });
});

describe("a rule that is wrong is refused with its line", () => {
  const good = `id: 0b7a6a52-3c1e-4d0a-9a55-6a1f4d2c7e10
slug: x-rule
title: X
version: 1
about: X.
family: anomaly
type: match
when: { event.action: port-opened }
severity: high
attack: [T1021]
fields_to_show: [host.name, event.risk_score]
runbook: { means: X., investigate: [X.], false_positives: [X.], respond: [X.], blind_spots: [X.], setup: X. }
samples: { match: [a, b], no_match: [c, d] }
`;

  it("and a good one is not", () => {
    expect(readRule("rules/alerts/x-rule.yaml", good).condition.base).toHaveLength(2);
  });

  it.each([
    ["severity: high", "severity: bad", /x-rule\.yaml:9: severity/],
    ["attack: [T1021]", "attack: [T9999]", /x-rule\.yaml:10: attack\.0 is not in/],
    ["setup: X.", "setup: X", /x-rule\.yaml:12: runbook\.setup must end with a full stop/],
    ["blind_spots: [X.], ", "", /x-rule\.yaml:12: runbook\.blind_spots/],
    ["match: [a, b]", "match: [a]", /x-rule\.yaml:13: samples\.match/],
    ["slug: x-rule", "slug: y-rule", /its slug is y-rule/],
    ["type: match", "type: [", /x-rule\.yaml:\d+: /],
  ])("%s → %s", (from, to, problem) => {
    expect(() => readRule("rules/alerts/x-rule.yaml", good.replace(from, to))).toThrow(problem);
  });
});
