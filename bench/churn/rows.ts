import { EVERYWHERE, type Goals } from "./measure/goals.ts";
import type { MonthOptions } from "./month.ts";

/** One table of the result: the same month on several seeds. */
export interface Row extends Omit<MonthOptions, "seed"> {
  /** For `--row`. */
  readonly name: string;
  readonly title: string;
  readonly seeds: readonly number[];
  readonly goals: Goals;
}

/** What a world without a goal of its own must keep. */
const FLOOR: Goals = { ...EVERYWHERE, false: { most: 6 }, recall: { least: 80 }, days21: { most: "days15" } };

const MONTH = {
  variant: "base",
  hosts: 200,
  days: 30,
  scansPerDay: 4,
  churn: "stated",
  how: "live",
  seeds: [5, 6],
  goals: FLOOR,
} as const;
const TEN = [5, 6, 7, 8, 9, 10, 11, 12, 13, 14];
const FIVE = [15, 16, 17, 18, 19];

const BASE: Goals = {
  ...FLOOR,
  false: { most: 3 },
  recall: { least: 90 },
  recallOwned: { least: 95 },
  right: { least: 98 },
};
const SHIFTED: Goals = { ...FLOOR, recall: { least: 85 } };
const OFTEN: Goals = { ...FLOOR, false: { most: 5 } };
const WORKSTATIONS: Goals = {
  ...FLOOR,
  quietEvenings: { most: 0 },
  brokenEvenings: { least: 100 },
  contentInEvenings: { most: 0 },
};
const TLS: Goals = { ...FLOOR, renewals: { most: 0 }, wrongCertificates: { least: 95 } };
const AS_BASE: Goals = { ...FLOOR, false: { most: "base" }, recall: { least: "base" } };
const BIG: Goals = { ...FLOOR, false: { most: "base" } };
/** It ends before the days of which it would say how it ages. */
const EIGHT_DAYS: Goals = { ...EVERYWHERE, false: { most: "base" } };

/** Weights are fitted on seeds 1 to 4; no row uses them. */
export const ROWS: readonly Row[] = [
  { ...MONTH, name: "base", title: "Base", seeds: TEN, goals: BASE },
  {
    ...MONTH,
    name: "shifted",
    title: "Every rate of ordinary life times 0.3 to 3",
    churn: "shifted",
    seeds: FIVE,
    goals: SHIFTED,
  },
  { ...MONTH, name: "often", title: "24 scans a day", scansPerDay: 24, goals: OFTEN },
  { ...MONTH, name: "noisy", title: "Four to ten times the noise", variant: "noisy" },
  {
    ...MONTH,
    name: "workstations",
    title: "60 % workstations, a fault in one evening",
    variant: "workstations",
    goals: WORKSTATIONS,
  },
  { ...MONTH, name: "random-macs", title: "Phones and guests with randomised MACs", variant: "random-macs" },
  { ...MONTH, name: "kubernetes", title: "Many Kubernetes nodes", variant: "kubernetes" },
  { ...MONTH, name: "iot", title: "Many things", variant: "iot" },
  // Enough wrong certificates that one missed among them still leaves 95 %.
  {
    ...MONTH,
    name: "tls",
    title: "300 services with certificates of a month",
    variant: "tls",
    seeds: [5, 6, 7, 8],
    goals: TLS,
  },
  { ...MONTH, name: "large", title: "1,000 hosts", hosts: 1000, seeds: [5], goals: BIG },
  { ...MONTH, name: "huge", title: "10,000 hosts, 8 days", hosts: 10_000, days: 8, seeds: [5], goals: EIGHT_DAYS },
  { ...MONTH, name: "syn-proxy", title: "A middlebox answers for everybody", variant: "syn-proxy", seeds: [5] },
  { ...MONTH, name: "tarpit", title: "One host answers on every port", variant: "tarpit", seeds: [5] },
  { ...MONTH, name: "worm", title: "A worm, one host each 18 hours", variant: "worm", seeds: [5] },
  { ...MONTH, name: "half-change", title: "Half of the hosts change in one night", variant: "half-change", seeds: [5] },
  {
    ...MONTH,
    name: "operated",
    title: "An operator accepts what is normal, and errs in 5 %",
    how: "operated",
    goals: AS_BASE,
  },
  { ...MONTH, name: "recorded", title: "Recorded XML, nobody is asked again, nothing announced", how: "recorded" },
];
