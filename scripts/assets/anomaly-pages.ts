import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { type AnomalyKind, ANOMALY_KINDS, DECLARED_KINDS } from "../../src/domain/kinds.ts";
import { pageOf } from "../../src/events/pages.ts";
import { ATTACK_VERSION, SLUGS } from "../../src/events/slugs.ts";
import { RUNBOOK } from "../../src/score/words/runbook.ts";
import { newPage, TO_WRITE } from "./new-anomaly-page.ts";

const ROOT = path.join(import.meta.dirname, "../..");
const INDEX = "docs/anomalies/README.md";

/**
 * One page per kind of anomaly, and their index. The prose is written by hand in the page itself; only what stands
 * between the marks of a block is made here, from the tables of src. A kind without a page gets one to be written.
 */
export function anomalyPages(): ReadonlyMap<string, string> {
  const pages = ANOMALY_KINDS.map((kind): [string, string] => {
    const file = pageOf(kind);
    return [file, fill(committed(file) ?? newPage(kind, SLUGS[kind].rule), blocksOf(kind))];
  });
  return new Map([...pages, [INDEX, fill(committed(INDEX) ?? "", new Map([["kinds", kindTable()]]))]]);
}

/** Where prose is still missing, as sentences that say which file to write. */
export function unwritten(pages: ReadonlyMap<string, string>): readonly string[] {
  return [...pages].flatMap(([file, text]) =>
    text.includes(TO_WRITE)
      ? [`${file} is not written yet: replace every ${TO_WRITE} by prose, then npm run assets`]
      : [],
  );
}

function committed(file: string): string | null {
  const place = path.join(ROOT, file);
  return existsSync(place) ? readFileSync(place, "utf8") : null;
}

/** `<!-- name … -->` to `<!-- /name -->`: the marks stay, what is between them is made anew. */
function fill(page: string, blocks: ReadonlyMap<string, readonly string[]>): string {
  let text = page;
  for (const [name, lines] of blocks) {
    const block = new RegExp(`(<!-- ${name}\\b[^>]*-->\\n)[^]*?(<!-- /${name} -->)`);
    if (!block.test(text)) throw new Error(`a page has no block ${name}: ${page.split("\n")[0]}`);
    text = text.replace(block, (_, begin: string, end: string) => `${begin}${lines.join("\n")}\n${end}`);
  }
  return text;
}

function blocksOf(kind: AnomalyKind): ReadonlyMap<string, readonly string[]> {
  return new Map([
    ["facts", facts(kind)],
    ["runbook", runbook(kind)],
    ["commands", COMMANDS],
  ]);
}

function facts(kind: AnomalyKind): readonly string[] {
  const { rule, category, type, attack } = SLUGS[kind];
  const judged = DECLARED_KINDS.has(kind)
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
  const { mayBe, check } = RUNBOOK[kind];
  return [
    "## What it may be",
    "",
    ...mayBe.map((text) => `- ${text}`),
    "",
    "## Check first",
    "",
    ...check.map((text, i) => `${i + 1}. ${readable(text)}`),
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
  const rows = ANOMALY_KINDS.map((kind) => `| [${kind}](${kind}.md) | ${SLUGS[kind].rule} | ${SLUGS[kind].group} |`);
  return ["| kind | rule | part |", "|---|---|---|", ...rows];
}
