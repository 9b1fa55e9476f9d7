import type { AnomalyStep } from "../../domain/anomaly.ts";
import { endpointAt } from "../../domain/network.ts";
import { formatDuration } from "../../lib/time.ts";
import type { FinishedReport } from "../../pipeline/cycle-report.ts";
import { type Paint, severityPaint } from "./style.ts";
import { cut, table } from "./table.ts";

/** The summary after a scan: totals first, then what changed, then the next commands. */
export function renderScan(report: FinishedReport, segment: string, paint: Paint): string {
  const blocks = [
    totals(report, segment),
    trust(report, paint),
    learning(report),
    changes(report, paint),
    next(report),
  ];
  return blocks.filter((block) => block !== "").join("\n");
}

function totals({ summary, startedAt, endedAt }: FinishedReport, segment: string): string {
  const hosts = `${summary.hosts.up} up / ${summary.hosts.planned}`;
  const took = formatDuration(Math.max(0, endedAt - startedAt));
  return `${segment} · ${hosts} · ${summary.ports.open} open ports · ${took} · ${summary.completeness}`;
}

// Without raw sockets a scan says less, and nobody may take that for an empty network.
const CONNECT =
  "no raw sockets — no ARP, MACs or operating systems, silent and rogue hosts may be missed (tripline doctor: TL102)";

/** What must not be believed, in words, before anything else is read. */
function trust({ summary, vantage, health }: FinishedReport, paint: Paint): string {
  const lines = summary.method === "connect" ? [`${paint("medium", "connect scan")}: ${CONNECT}`] : [];
  if (summary.completeness !== "complete") {
    const effect = wasRefused(summary) ? REFUSED : " — nothing absent was concluded";
    lines.push(`${paint("medium", summary.completeness)}: ${summary.reason ?? "the scan did not finish"}${effect}`);
  }
  if (vantage.state === "degraded") {
    lines.push(
      `${paint("medium", "degraded")}: ${vantage.reason ?? vantage.problems.join(", ")} — baseline frozen, absence not judged`,
    );
  }
  const shown = new Set(["scan-partial", "scan-failed", "vantage-degraded", "declaration-evaluated"]);
  for (const notice of health.filter((n) => !shown.has(n.kind)))
    lines.push(`${notice.kind}: ${notice.reason ?? notice.message}`);
  return lines.join("\n");
}

/** A file that is no scan: it does not even say what was asked. */
function wasRefused({ completeness, hosts }: FinishedReport["summary"]): boolean {
  return completeness === "failed" && hosts.planned === 0;
}

const REFUSED = "\n  effect  Nothing of it was read, compared or learned.";

function learning({ learning: young, learned, learningChanges }: FinishedReport): string {
  if (!young) return "";
  const changed = learningChanges.length === 0 ? "" : `, ${learningChanges.length} changes learned`;
  return `baseline learning: ${learned.scans} of ${learned.needed} scans before this one${changed} — changes are shown, nothing alerts yet`;
}

function changes(report: FinishedReport, paint: Paint): string {
  if (report.steps.length > 0) {
    const rows = report.steps.filter((step) => !isInventory(step)).map((step) => stepRow(step, paint));
    const news = rows.length === 0 ? [] : [table([["SEV", "SCORE", "STEP", "WHAT", "WHERE", "WHY"], ...rows])];
    return `\n${[...news, ...inventory(report, news.length > 0)].join("\n")}`;
  }
  if (report.learningChanges.length === 0) {
    // A scan that failed has not seen that nothing changed.
    return report.learning || report.summary.completeness === "failed" ? "" : paint("good", "no changes");
  }
  const rows = report.learningChanges
    .slice(0, 20)
    .map((d) => ["--", d.kind, whereOf(d), `${cut(d.from ?? "—", 40)} → ${cut(d.to ?? "—", 40)}`]);
  return `\n${table([["SEV", "WHAT", "WHERE", "CHANGE"], ...rows])}`;
}

/** What a first look at declarations found says something about them, not about a change. */
function isInventory({ anomaly, transition, notable }: AnomalyStep): boolean {
  return transition === "opened" && anomaly.declared?.firstEvaluation === true && !notable;
}

/** More sources than this are told in one line. */
const MOST_SOURCES = 5;

function inventory({ steps }: FinishedReport, beside: boolean): readonly string[] {
  const found = steps.filter(isInventory);
  const byFile = [...Map.groupBy(found, (step) => step.anomaly.declared?.source?.file ?? "the declarations")];
  const lines =
    byFile.length > MOST_SOURCES
      ? [`${findings(found.length)} of ${byFile.length} sources at their first look`]
      : byFile.map(([file, all]) => `${findings(all.length)} of ${file} at its first look`);
  return lines.map((line) => `${beside ? "and " : ""}${line}: tripline drift`);
}

function findings(n: number): string {
  return `${n} finding${n === 1 ? "" : "s"}`;
}

function stepRow({ anomaly, transition }: AnomalyStep, paint: Paint): readonly string[] {
  const why = anomaly.score.parts.filter((part) => part.points !== 0).map((part) => part.why);
  const confirmed = anomaly.confirmed ? ["confirmed"] : [];
  return [
    severityPaint(paint, anomaly.score.band),
    String(anomaly.score.value),
    transition,
    anomaly.kind,
    whereOf(anomaly),
    cut([...why, ...confirmed].join("; "), 110),
  ];
}

function whereOf(
  subject: Pick<AnomalyStep["anomaly"], "host" | "port"> & { group?: AnomalyStep["anomaly"]["group"] },
): string {
  if (subject.group !== undefined && subject.group !== null) return `${subject.group.members.length} hosts`;
  if (subject.host === null) return "segment";
  return subject.port === null ? subject.host.address : endpointAt(subject.host.address, subject.port);
}

function next({ steps }: FinishedReport): string {
  const open = steps.filter((step) => step.anomaly.state === "open" && !isInventory(step));
  const worst = open.find((step) => step.notable) ?? open[0];
  if (worst === undefined) return "";
  const id = worst.anomaly.id.slice(0, 8);
  return `\nnext: tripline explain ${id} · tripline baseline accept ${id} --reason "…" --by …`;
}
