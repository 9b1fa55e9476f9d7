import { formatDuration, isoTime } from "../../lib/time.ts";
import type { StepLine } from "../model/anomaly.ts";
import type { CycleOutcome, CycleView, ScanView } from "../model/scan.ts";
import { counted, GAP, type Inline, key, lines, severityCell, type TextDocument, text, verbatim } from "./document.ts";
import { foundText } from "./found.ts";
import { occasionText } from "./safe.ts";

/** Cycle by cycle: totals first, then what must not be believed, what was found, what changed, and the next commands. */
export function scanText({ cycles, segment, delivery }: ScanView): TextDocument {
  const kept = delivery?.kept === true;
  return cycles.flatMap((cycle, n) => [...(n === 0 ? [] : [GAP]), ...cycleText(cycle, segment, kept)]);
}

/** `kept`: the store is still there, so that the next commands find what this cycle found. */
export function cycleText(cycle: CycleView, segment: string, kept: boolean): TextDocument {
  const { file, outcome } = cycle;
  return [
    ...(file === null ? [] : [lines(`${file} · ${isoTime(outcome.endedAt)}`)]),
    lines(totals(outcome, segment), ...trust(outcome), ...learning(outcome)),
    ...(cycle.firstLook === null ? [] : foundText(cycle.firstLook)),
    ...changes(cycle),
    ...next(cycle, kept),
  ];
}

function totals({ summary, startedAt, endedAt }: CycleOutcome, segment: string): string {
  const hosts = `${summary.hosts.up} up / ${summary.hosts.planned}`;
  const took = formatDuration(Math.max(0, endedAt - startedAt));
  const ports = counted(summary.ports.open, "open port", "open ports");
  return `${segment} · ${hosts} · ${ports} · ${took} · ${summary.completeness}`;
}

// Without raw sockets a scan says less, and nobody may take that for an empty network.
const CONNECT =
  "no raw sockets — no ARP, MACs or operating systems, silent and rogue hosts may be missed (tripline doctor: TL102)";

/** What must not be believed, in words, before anything else is read. */
function trust({ summary, vantage, health }: CycleOutcome): readonly (readonly Inline[])[] {
  const shown = new Set([
    "scan-partial",
    "scan-failed",
    "vantage-degraded",
    "path-intercepted",
    "declaration-evaluated",
  ]);
  return [
    ...(summary.method === "connect" ? [warning("connect scan", CONNECT)] : []),
    ...completeness(summary),
    ...(vantage.state === "degraded"
      ? [warning("degraded", `${vantage.reason ?? vantage.problems.join(", ")} — baseline frozen, absence not judged`)]
      : []),
    ...health.filter(({ kind }) => !shown.has(kind)).map((n) => [`${n.kind}: ${n.reason ?? n.message}`]),
  ];
}

function completeness(summary: CycleOutcome["summary"]): readonly (readonly Inline[])[] {
  if (summary.completeness === "complete") return [];
  const reason = summary.reason ?? "the scan did not finish";
  if (!wasRefused(summary)) return [warning(summary.completeness, `${reason} — nothing was concluded from absence`)];
  return [warning(summary.completeness, reason), ["  effect  None of it was read, compared or learned."]];
}

function warning(what: string, why: string): readonly Inline[] {
  return [{ text: what, tone: "medium" }, `: ${why}`];
}

/** A file that is not a scan: it does not even say what was asked. */
function wasRefused({ completeness: how, hosts }: CycleOutcome["summary"]): boolean {
  return how === "failed" && hosts.planned === 0;
}

function learning({ learning: young, learned, learningChanges, safe }: CycleOutcome): readonly string[] {
  const occasion = safe === undefined ? [] : [occasionText(safe)];
  if (!young) return safe?.period === null ? [] : occasion;
  const what = safe?.period === null ? "held" : "learned";
  const changed =
    learningChanges.length === 0 ? "" : `, ${counted(learningChanges.length, "change", "changes")} ${what}`;
  const which = safe === undefined ? "scans" : "safe scans";
  return [
    `baseline learning: ${learned.scans} of ${learned.needed} ${which} before this one${changed} — changes are shown, nothing alerts yet`,
    ...occasion,
  ];
}

const STEPS = [key("SEV"), key("SCORE"), key("STEP"), key("WHAT"), key("WHERE"), text("WHY")];
const LEARNED = [key("WHAT"), key("WHERE"), text("BEFORE", 16), text("NOW", 16)];
/** Learned changes that a terminal shows. */
const MOST_LEARNED = 20;

function changes(cycle: CycleView): TextDocument {
  const { steps, inventories, learned, outcome } = cycle;
  if (steps.length > 0 || inventories.length > 0) {
    const rows = steps.map(stepRow);
    const news = rows.length === 0 ? [] : [{ kind: "table" as const, columns: STEPS, rows, indent: 2 }];
    return [GAP, ...news, lines(...inventoryLines(cycle))];
  }
  if (learned.length === 0) {
    // A scan that failed has not seen that nothing changed.
    if (outcome.learning || outcome.summary.completeness === "failed") return [];
    return [lines([{ text: "no changes", tone: "good" }])];
  }
  const rows = learned.map(({ kind, where, from, to }) => [kind, where, from ?? "—", to ?? "—"]);
  return [GAP, { kind: "table", columns: LEARNED, rows, indent: 2, most: MOST_LEARNED }];
}

function stepRow(step: StepLine): readonly Inline[] {
  return [severityCell(step.severity), String(step.score), step.transition, step.kind, step.where, step.why];
}

/** More sources than this are reported in one line. */
const MOST_SOURCES = 5;

function inventoryLines({ inventories, steps }: CycleView): readonly string[] {
  const all = inventories.reduce((sum, { findings }) => sum + findings, 0);
  const said =
    inventories.length > MOST_SOURCES
      ? [`${findingsText(all)} of ${inventories.length} sources at their first look`]
      : inventories.map(({ file, findings }) => `${findingsText(findings)} of ${file} at its first look`);
  return said.map((line) => `${steps.length > 0 ? "and " : ""}${line}: tripline drift`);
}

function findingsText(n: number): string {
  return counted(n, "finding", "findings");
}

/** To be copied: one command a line. */
function next({ next: worst }: CycleView, kept: boolean): TextDocument {
  if (worst === null) return [];
  const id = worst.shortId;
  if (!kept) {
    const how = [
      `next: run this again with --state DIR, which keeps the result; then`,
      `      tripline explain ${id} --state DIR`,
    ];
    return [GAP, ...how.map(verbatim)];
  }
  return [
    GAP,
    verbatim(`next: tripline explain ${id}`),
    verbatim(`      tripline baseline accept ${id} --reason "…" --by …`),
  ];
}
