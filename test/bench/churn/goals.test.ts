import { describe, expect, it } from "vitest";
import { figuresOf } from "../../../bench/churn/measure/figures.ts";
import { type Goals, judged, judgedKind } from "../../../bench/churn/measure/goals.ts";
import type { AlertRecord, LabelRecord, MonthRecord } from "../../../bench/churn/measure/record.ts";
import { missed, tableOf } from "../../../bench/churn/measure/table.ts";
import { productRecord } from "../../../bench/churn/rivals/product.ts";
import { ROWS } from "../../../bench/churn/rows.ts";
import { summaryOf } from "../../../bench/churn/summary.ts";

const ALERT: AlertRecord = {
  n: 70,
  day: 18,
  id: "a",
  kind: "port-opened",
  transition: "opened",
  addresses: ["10.0.0.1"],
  port: "tcp/4444",
  from: null,
  to: null,
  score: 60,
  parts: "",
  labels: [],
  origin: "noise",
  twin: false,
  announced: false,
  fault: "none",
};

const LABEL: LabelRecord = {
  id: "l",
  incident: "l",
  kind: "self-signed",
  role: "server",
  from: 60,
  right: { field: null, from: null, to: null },
  benign: false,
  asked: 60,
  told: { n: 60, kind: "certificate-changed", at: 0, right: true, shown: "", delay: 0 },
  askedAt: 0,
  alerts: 1,
  best: null,
};

/** 1,000 hosts for 30 days, four scans a day: a false alert is 1/16 a day and 1,000 hosts. */
function month(given: Partial<MonthRecord>): MonthRecord {
  return {
    seed: 1,
    variant: "base",
    hosts: 1000,
    days: 30,
    scansPerDay: 4,
    judgedFrom: 56,
    alerts: [],
    labels: [],
    weighed: [],
    degraded: [],
    faults: [],
    updated: 0,
    open: 0,
    cpuSeconds: 60,
    ...given,
  };
}

function met(goals: Goals, record: MonthRecord, base: MonthRecord | null = null): readonly (boolean | null)[] {
  const verdicts = judged(goals, figuresOf([record]), base === null ? null : figuresOf([base]));
  return [...verdicts.values()].map((verdict) => verdict.met);
}

const EVENING = 63;
const MORNING = 61;
const MISSED = { ...LABEL, told: null };

describe("a goal of a row", () => {
  it.each<[string, Goals, Partial<MonthRecord>, boolean]>([
    ["is met at its bound", { worst: { most: 1 } }, { alerts: [ALERT] }, true],
    ["is missed above its bound", { worst: { most: 0 } }, { alerts: [ALERT] }, false],
    ["is missed below its bound", { recall: { least: 90 } }, { labels: [LABEL, MISSED] }, false],
    [
      "may be another figure of the row",
      { days21: { most: "days15" } },
      { alerts: [{ ...ALERT, n: 90, day: 23 }] },
      false,
    ],
    [
      "of renewals is missed by one alert in the learning days",
      { renewals: { most: 0 } },
      { alerts: [{ ...ALERT, n: 30, kind: "certificate-changed", origin: "renewal" }] },
      false,
    ],
    [
      "of renewals has nothing to do with other news of such a port",
      { renewals: { most: 0 } },
      { alerts: [{ ...ALERT, origin: "renewal" }] },
      true,
    ],
    ["of wrong certificates counts their labels only", { wrongCertificates: { least: 95 } }, { labels: [LABEL] }, true],
    [
      "of wrong certificates is missed by one",
      { wrongCertificates: { least: 95 } },
      { labels: [LABEL, MISSED] },
      false,
    ],
    [
      "of quiet evenings is missed by one that was degraded",
      { quietEvenings: { most: 0 } },
      { degraded: [{ n: EVENING, fault: "none", why: null }] },
      false,
    ],
    [
      "of quiet evenings has nothing to do with a morning",
      { quietEvenings: { most: 0 } },
      { degraded: [{ n: MORNING, fault: "none", why: null }] },
      true,
    ],
    [
      "of broken evenings is missed where one was believed",
      { brokenEvenings: { least: 100 } },
      { faults: [EVENING] },
      false,
    ],
    [
      "of broken evenings is met where each was found",
      { brokenEvenings: { least: 100 } },
      { faults: [EVENING], degraded: [{ n: EVENING, fault: "half-lost", why: null }] },
      true,
    ],
    [
      "of broken scans is missed by news that nothing explains",
      { contentInBroken: { most: 0 } },
      { alerts: [{ ...ALERT, fault: "half-lost" }] },
      false,
    ],
    [
      "of broken scans is met where the news is true",
      { contentInBroken: { most: 0 } },
      { alerts: [{ ...ALERT, fault: "half-lost", twin: true }] },
      true,
    ],
  ])("%s", (_, goals, record, expected) => {
    expect(met(goals, month(record))).toEqual([expected]);
  });

  it("that is the base row is not judged where that was not measured", () => {
    const goals: Goals = { false: { most: "base" } };
    expect(met(goals, month({ alerts: [ALERT] }))).toEqual([null]);
    expect(met(goals, month({ alerts: [ALERT] }), month({}))).toEqual([false]);
    expect(met(goals, month({ alerts: [ALERT] }), month({ alerts: [ALERT] }))).toEqual([true]);
  });

  it("is not judged where the world has nothing of the kind", () => {
    expect(met({ brokenEvenings: { least: 100 } }, month({}))).toEqual([null]);
  });

  it("of a kind of label is judged from thirty labels on", () => {
    const of = (count: number) => figuresOf([month({ labels: Array.from({ length: count }, () => MISSED) })]);
    expect(judgedKind(of(29), "self-signed").map((verdict) => verdict.met)).toEqual([null, null]);
    expect(judgedKind(of(30), "self-signed").map((verdict) => verdict.met)).toEqual([false, true]);
  });
});

describe("the table of a row", () => {
  const heading = {
    title: "Base",
    command: "node bench/churn/run.ts --row=base",
    goals: { worst: { most: 0 } },
  } as const;

  it("has its command, and says what was missed", () => {
    const table = tableOf(heading, [month({ alerts: [ALERT] })], null);
    expect(table).toContain("`node bench/churn/run.ts --row=base`");
    expect(table).toContain("| most alerts in one scan | 1 |  | **missed: ≤ 0** |");
  });

  it("ends with all that was missed and with the time it took", () => {
    const misses = missed(heading.goals, figuresOf([month({ alerts: [ALERT] })]), null);
    const effort = { cpuSeconds: 600, wallSeconds: 300, jobs: 2 };
    const text = summaryOf(
      misses.map((verdict) => ["base", verdict]),
      effort,
    );
    expect(text).toContain("| base | most alerts in one scan | 1 | ≤ 0 |");
    expect(text).toContain("5 minutes with 2 months at once; the months took 10 minutes of CPU");
    expect(summaryOf([], effort)).toContain("None.");
  });

  it("bounds storms and broken scans in every world", () => {
    for (const { goals } of ROWS)
      expect(goals).toMatchObject({ worst: { most: 20 }, brokenFound: { least: 100 }, contentInBroken: { most: 0 } });
  });
});

describe("the product beside its rivals", () => {
  it("has told a label only on its first day", () => {
    const told = (n: number): LabelRecord => ({ ...LABEL, told: { ...told0, n } });
    const told0 = { n: 60, kind: "certificate-changed", at: 0, right: true, shown: "", delay: 0 };
    const record = month({ alerts: [ALERT, { ...ALERT, n: 3 }], labels: [told(63), told(64), MISSED] });
    expect(productRecord(record)).toMatchObject({ alerts: 1, wrong: 1, told: 1, labels: 3, hostDays: 16_000 });
  });
});
