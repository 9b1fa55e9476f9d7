import type { Explanation } from "../model/explanation.ts";
import { key, labelled, lines, type TableBlock, type TextDocument, text } from "./document.ts";

/** Hosts of a rollout that are named. */
const MOST_HOSTS = 12;

/** Labels in one column, at most one thing per line. */
export function explanationText(report: Explanation): TextDocument {
  const { score } = report;
  const sure = report.confirmed ? "confirmed by a second probe" : "not confirmed by a second probe";
  const times = `seen ${report.count} time${report.count === 1 ? "" : "s"}`;
  return [
    lines([`${report.sentence}  `, { text: `${score.band.toUpperCase()} ${score.value}/100`, tone: "bold" }]),
    block([
      ["id", [report.id]],
      ["state", [`${report.state} · ${sure} · ${times}, first ${report.firstSeen}, last ${report.lastSeen}`]],
      ["people", report.people],
      ["baseline", report.baseline],
      ["now", report.now],
      ["hosts", someOf(report.members)],
      ["score", [sumText(score)]],
    ]),
    partTable(score),
    block([
      ["alert", report.verdict],
      ["may be", report.mayBe],
      ["check", report.check.map((line, i) => `${i + 1} ${line}`)],
      ["quiet it", report.quiet],
      ["more", [`tripline doctor --explain ${report.kind}`]],
    ]),
  ];
}

/** Of the longest label, so that all blocks stand in one line. */
const LABEL = "baseline".length;

function block(rows: readonly (readonly [label: string, texts: readonly string[]])[]): TableBlock {
  const cells = rows.flatMap(([label, texts]) =>
    texts.map((one, i) => [(i === 0 ? label : "").padEnd(LABEL), one] as const),
  );
  return labelled(cells, 0);
}

/** The parts that count, one a line. */
function partTable({ parts, rarity }: Explanation["score"]): TableBlock {
  const rows = parts
    .filter((part) => part.points !== 0)
    .map(({ name, points, why }) => [
      " ".repeat(LABEL),
      name,
      signed(points).padStart(5),
      name === "rarity" ? (rarity ?? why) : why,
    ]);
  return { kind: "table", columns: [key(""), key(""), key(""), text("", 20)], rows, indent: 0 };
}

function someOf(hosts: readonly string[]): readonly string[] {
  if (hosts.length <= MOST_HOSTS) return hosts;
  return [...hosts.slice(0, MOST_HOSTS), `and ${hosts.length - MOST_HOSTS} more (all of them in --json)`];
}

function sumText({ parts, value, alertAt }: Explanation["score"]): string {
  return `${parts
    .map((p) => `${p.name} ${p.points}`)
    .join(" + ")
    .replaceAll("+ context -", "- context ")} = ${value}     alert_at ${alertAt}`;
}

function signed(points: number): string {
  return points > 0 ? `+${points}` : String(points);
}
