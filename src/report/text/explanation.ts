import { minuteText } from "../../domain/words.ts";
import { type Explanation, fromToText } from "../model/explanation.ts";
import { key, labelled, lines, type TableBlock, type TextDocument, text } from "./document.ts";

/** Hosts of a rollout that are named. */
const MOST_HOSTS = 12;

/** Things that happened beside it that are shown. */
const MOST_NEARBY = 8;

/** Plain words first, the arithmetic last. Labels in one column, at most one thing per line. */
export function explanationText(report: Explanation): TextDocument {
  const { score } = report;
  return [
    lines([`${report.sentence}  `, { text: `${score.band.toUpperCase()} ${score.value}/100`, tone: "bold" }]),
    block([
      ["group", groupLines(report.memberOf)],
      ["change", report.memberOf === null || report.change === null ? [] : [report.change]],
      ["since", [report.seen]],
      ["people", report.people],
      ["looked", investigated(report.investigation)],
      ["baseline", report.baseline],
      ["now", report.now],
      ["members", someOf(report.memberChanges.map(memberLine))],
      ["unusual", report.unusual],
      ["also", nearbyLines(report.nearby)],
      ["missing", report.missing.map(({ outcome, text: sighting }) => `to be ${outcome}: ${sighting}`)],
      ["alert", report.verdict],
      ["what if", report.whatIf.map(({ by, text: said }) => `${by}: ${said}`)],
      ["may be", report.mayBe],
      ["check", report.check.map((line, i) => `${i + 1} ${line}`)],
      ["quiet it", report.quiet],
      ["id", [report.id]],
      ["state", [`${report.state}, episode ${report.episode}`]],
      ["score", [sumText(score)]],
    ]),
    partTable(score),
    block([["more", [`tripline doctor --explain ${report.kind}`]]]),
  ];
}

function groupLines(group: Explanation["memberOf"]): readonly string[] {
  return group === null ? [] : [`${group.sentence} (${group.kind}, ${group.state}, ${group.id.slice(0, 8)})`];
}

function memberLine({ id, host, subject, state, ...change }: Explanation["memberChanges"][number]): string {
  const known = change.from === null && change.to === null ? "" : ` ${fromToText(change)}`;
  return `${host} ${subject}${known}${state === "open" ? "" : ` (${state})`}, ${id.slice(0, 8)}`;
}

/** Services that are listed of a deep look. */
const MOST_SERVICES = 12;

function investigated(look: Explanation["investigation"]): readonly string[] {
  if (look === null || look === undefined) return [];
  const services = look.services.slice(0, MOST_SERVICES);
  const rest = look.open - services.length;
  return [
    `${minuteText(look.at)} by ${look.by}: ${look.sentence}`,
    ...services,
    ...(rest > 0 ? [`and ${rest} more open ports`] : []),
  ];
}

/** Nothing else is an answer too: the reader asked what else happened. */
function nearbyLines(nearby: Explanation["nearby"]): readonly string[] {
  if (nearby.length === 0) return ["nothing else on this host within three days"];
  const shown = nearby.slice(0, MOST_NEARBY).map((one) => {
    const when = `${one.firstSeen.slice(0, 16)}Z`;
    return `${when} ${one.sentence} (${one.severity} ${one.score}, ${one.state}, ${one.id.slice(0, 8)})`;
  });
  const rest = nearby.length - shown.length;
  return rest === 0 ? shown : [...shown, `and ${rest} more (all of them in --json)`];
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
