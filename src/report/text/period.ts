import type { PeriodView } from "../model/period.ts";
import { counted, GAP, lines, type TextDocument } from "./document.ts";
import { matchTable } from "./many.ts";

/** What a recorded period taught, or would teach. */
export function periodText(view: PeriodView): TextDocument {
  const { done, from, to, scans, leftOut, counted: maturity, hosts, matched } = view;
  const others = leftOut === 0 ? "" : `; ${leftOut} left out, being degraded, failed or cut off`;
  const counts = maturity === 0 ? "" : `, ${counted(maturity, "scan counts", "scans count")} towards maturity`;
  const what = `${counted(matched.length, "anomaly", "anomalies")}`;
  const normal = `${counted(hosts.changed, "known host", "known hosts")}, ${counted(hosts.added, "new host", "new hosts")}${counts}`;
  return [
    lines(`${counted(scans, "scan", "scans")} from ${from} to ${to}${others}`),
    ...matchTable(matched),
    lines(done ? `accepted ${what}; learned: ${normal}` : `would accept ${what}; would learn: ${normal}`),
    ...(done
      ? [lines("The period is part of the baseline now. The events wait in the outbox.")]
      : [GAP, lines("Nothing was changed. Add --yes, --reason and --by to do it.")]),
  ];
}
