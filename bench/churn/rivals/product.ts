import { isFalse } from "../measure/figures.ts";
import type { MonthRecord } from "../measure/record.ts";
import type { RivalRecord } from "./rival.ts";

/** The product in the terms of the rivals: every label counts, and only what is told on its first day. */
export function productRecord({ seed, hosts, days, scansPerDay, judgedFrom, ...month }: MonthRecord): RivalRecord {
  const alerts = month.alerts.filter(({ n }) => n >= judgedFrom);
  const labels = month.labels.filter(({ benign }) => !benign);
  const told = labels.filter((label) => label.told !== null && label.told.n < label.from + scansPerDay);
  return {
    name: "Tripline",
    seed,
    hostDays: (hosts * (days * scansPerDay - judgedFrom)) / scansPerDay,
    alerts: alerts.length,
    wrong: alerts.filter(isFalse).length,
    told: told.length,
    labels: labels.length,
  };
}
