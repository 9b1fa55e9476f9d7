import type { MonthOptions } from "./month.ts";

/** One table of the result: the same month on several seeds. */
export interface Row extends Omit<MonthOptions, "seed"> {
  /** For `--row`. */
  readonly name: string;
  readonly title: string;
  readonly seeds: readonly number[];
}

const MONTH = {
  variant: "base",
  hosts: 200,
  days: 30,
  scansPerDay: 4,
  churn: "stated",
  how: "live",
  seeds: [5, 6],
} as const;
const TEN = [5, 6, 7, 8, 9, 10, 11, 12, 13, 14];
const FIVE = [15, 16, 17, 18, 19];

/** Weights are fitted on seeds 1 to 4; no row uses them. */
export const ROWS: readonly Row[] = [
  { ...MONTH, name: "base", title: "Base", seeds: TEN },
  { ...MONTH, name: "shifted", title: "Every rate of ordinary life times 0.3 to 3", churn: "shifted", seeds: FIVE },
  { ...MONTH, name: "often", title: "24 scans a day", scansPerDay: 24 },
  { ...MONTH, name: "noisy", title: "Four to ten times the noise", variant: "noisy" },
  { ...MONTH, name: "workstations", title: "60 % workstations, a fault in one evening", variant: "workstations" },
  { ...MONTH, name: "random-macs", title: "Phones and guests with randomised MACs", variant: "random-macs" },
  { ...MONTH, name: "kubernetes", title: "Many Kubernetes nodes", variant: "kubernetes" },
  { ...MONTH, name: "iot", title: "Many things", variant: "iot" },
  { ...MONTH, name: "tls", title: "300 services with certificates of a month", variant: "tls" },
  { ...MONTH, name: "large", title: "1,000 hosts", hosts: 1000, seeds: [5] },
  { ...MONTH, name: "huge", title: "10,000 hosts, 8 days", hosts: 10_000, days: 8, seeds: [5] },
  { ...MONTH, name: "syn-proxy", title: "A middlebox answers for everybody", variant: "syn-proxy", seeds: [5] },
  { ...MONTH, name: "tarpit", title: "One host answers on every port", variant: "tarpit", seeds: [5] },
  { ...MONTH, name: "worm", title: "A worm, one host each 18 hours", variant: "worm", seeds: [5] },
  { ...MONTH, name: "half-change", title: "Half of the hosts change in one night", variant: "half-change", seeds: [5] },
  { ...MONTH, name: "operated", title: "An operator accepts what is normal, and errs in 5 %", how: "operated" },
  { ...MONTH, name: "recorded", title: "Recorded XML, nobody is asked again, nothing announced", how: "recorded" },
];
