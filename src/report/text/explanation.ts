import type { Explanation } from "../model/explanation.ts";
import { labelled, lines, type TextDocument } from "./document.ts";

/** Hosts of a rollout that are named. */
const MOST_HOSTS = 12;

/** Labels in one column, at most one thing per line. */
export function explanationText(report: Explanation): TextDocument {
  const { score } = report;
  const sure = report.confirmed ? "confirmed by a second probe" : "not confirmed by a second probe";
  const times = `seen ${report.count} time${report.count === 1 ? "" : "s"}`;
  const blocks: readonly (readonly [label: string, texts: readonly string[]])[] = [
    ["id", [report.id]],
    ["state", [`${report.state} · ${sure} · ${times}, first ${report.firstSeen}, last ${report.lastSeen}`]],
    ["baseline", report.baseline],
    ["now", report.now],
    ["hosts", someOf(report.members)],
    ["score", [sumText(score), ...partTexts(score)]],
    ["alert", report.verdict],
    ["may be", report.mayBe],
    ["check", report.check.map((text, i) => `${i + 1} ${text}`)],
    ["quiet it", report.quiet],
    ["more", [`tripline doctor --explain ${report.kind}`]],
  ];
  return [
    lines([`${report.sentence}  `, { text: `${score.band.toUpperCase()} ${score.value}/100`, tone: "bold" }]),
    labelled(
      blocks.flatMap(([label, texts]) => texts.map((text, i) => [i === 0 ? label : "", text] as const)),
      0,
    ),
  ];
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

function partTexts({ parts, rarity }: Explanation["score"]): readonly string[] {
  return parts
    .filter((part) => part.points !== 0)
    .map(({ name, points, why }) => {
      const words = name === "rarity" ? (rarity ?? why) : why;
      return `${name.padEnd(13)} ${signed(points).padStart(5)}  ${words}`;
    });
}

function signed(points: number): string {
  return points > 0 ? `+${points}` : String(points);
}
