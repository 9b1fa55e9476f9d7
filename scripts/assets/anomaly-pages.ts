import { readFileSync } from "node:fs";
import path from "node:path";
import { ATTACK_VERSION } from "../../src/domain/attack.ts";
import { type AnomalyKind, ANOMALY_KINDS, CATALOGUE } from "../../src/domain/kinds/catalogue.ts";
import { pageOf } from "../../src/events/pages.ts";
import { fillBlock } from "./fill-block.ts";

const ROOT = path.join(import.meta.dirname, "../..");
const INDEX = "docs/anomalies/README.md";

/** One page per kind of anomaly, made from its row; and the table in their index, which is written by hand otherwise. */
export function anomalyPages(): ReadonlyMap<string, string> {
  const pages = ANOMALY_KINDS.map((kind): [string, string] => [pageOf(kind), pageText(kind)]);
  const index = fillBlock(readFileSync(path.join(ROOT, INDEX), "utf8"), { name: "kinds", lines: kindTable() });
  return new Map([...pages, [INDEX, index]]);
}

function pageText(kind: AnomalyKind): string {
  const { event, page } = CATALOGUE[kind];
  return [
    `# ${kind} · ${event.rule}`,
    "",
    "<!-- Made by `npm run assets` from src/domain/kinds; change it there. -->",
    "",
    ...page.about,
    "",
    ...facts(kind),
    "",
    ...runbook(kind),
    ...section("Ordinary or not", page.ordinary),
    ...section("Then", page.next),
    ...COMMANDS,
    "",
    ...section("How it was found", page.found),
    ...section("Fields", page.fields),
  ].join("\n");
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return [`## ${title}`, "", ...lines, ""];
}

function facts(kind: AnomalyKind): readonly string[] {
  const { declaration, event } = CATALOGUE[kind];
  const { rule, category, type, attack } = event;
  const judged =
    declaration === "source"
      ? "a declaration; needs no learning"
      : "what was learned of the segment; silent while learning";
  return [
    "| | |",
    "|---|---|",
    `| rule | ${rule}, \`rule.id\` \`tl-${kind}\` |`,
    `| compared with | ${judged} |`,
    `| \`event.category\`, \`event.type\` | ${category.join(", ")} · ${type} when it opens, info afterwards |`,
    `| ATT&CK candidates (v${ATTACK_VERSION}) | ${attack.length === 0 ? "none" : attack.join(", ")} |`,
  ];
}

function runbook(kind: AnomalyKind): readonly string[] {
  const { mayBe, check } = CATALOGUE[kind].runbook;
  return [
    ...section(
      "What it may be",
      mayBe.map((text) => `- ${text}`),
    ),
    ...section(
      "Check first",
      check.map((text, i) => `${i + 1}. ${readable(text)}`),
    ),
  ];
}

function readable(text: string): string {
  return text.replaceAll("{ip}", "ADDRESS").replaceAll("{port}", "PORT").replaceAll("{proto}", "tcp");
}

const COMMANDS: readonly string[] = [
  "```sh",
  "# evidence, score, what would quiet it",
  "tripline explain ID",
  "# it is normal now",
  'tripline baseline accept ID --reason "CHG-4711" --by m.analyst',
  "# no alert until then",
  'tripline mute add --id ID --until 7d --reason "in review" --by m.analyst',
  "```",
];

function kindTable(): readonly string[] {
  const rows = ANOMALY_KINDS.map((kind) => {
    const { rule, group } = CATALOGUE[kind].event;
    return `| [${kind}](${kind}.md) | ${rule} | ${group} |`;
  });
  return ["| kind | rule | part |", "|---|---|---|", ...rows];
}
