import { ATTACK_VERSION, type TechniqueId, TECHNIQUES } from "../../src/domain/attack.ts";
import { kql } from "./kql.ts";
import { aggregateEsql, silenceEsql } from "./esql.ts";
import type { Rule } from "./rule.ts";

/** The page of a rule, as a path in the repository. */
export function pageOfRule(slug: string): string {
  return `docs/rules/${slug}.md`;
}

export function techniqueUrl(id: TechniqueId): string {
  return `https://attack.mitre.org/techniques/${id.replace(".", "/")}/`;
}

const CAVEAT =
  "A measurement of the network suggests and does not prove. `source.ip` is the scanner itself, never an attacker.";

/** The investigation guide that travels with an alert, as Markdown. */
export function noteOf({ runbook, families }: Rule): string {
  return [
    "## Triage and analysis",
    "",
    `${runbook.means}${families.includes("anomaly") ? ` ${CAVEAT}` : ""}`,
    "",
    ...list("### Investigate", runbook.investigate),
    ...list("### False positives", runbook.false_positives),
    ...list("### Respond", runbook.respond),
    ...list("### Blind spots", runbook.blind_spots),
  ]
    .join("\n")
    .trimEnd();
}

/** The same for docs/rules, with how it is found. */
export function rulePage(rule: Rule): string {
  const { title, about, runbook, techniques, families } = rule;
  return [
    `# ${title}`,
    "",
    `<!-- Made by \`npm run assets\` from rules/alerts/${rule.slug}.yaml; change it there. -->`,
    "",
    about,
    "",
    "| | |",
    "|---|---|",
    `| rule | \`${rule.slug}\`, version ${rule.version}, \`${rule.id}\` |`,
    `| severity | ${severityText(rule)} |`,
    `| reads | ${families.map((family) => `\`logs-tripline.${family}-*\``).join(", ")} |`,
    `| ATT&CK (v${ATTACK_VERSION}, candidates) | ${techniques.map(techniqueText).join(", ") || "none"} |`,
    "",
    "## What it means",
    "",
    runbook.means,
    ...(families.includes("anomaly") ? [CAVEAT] : []),
    "",
    ...list("## Investigate", runbook.investigate, "1."),
    ...list("## False positives", runbook.false_positives),
    ...list("## Respond", runbook.respond),
    ...list("## Blind spots", runbook.blind_spots),
    "## Setup",
    "",
    runbook.setup,
    "",
    "## Condition",
    "",
    ...conditionText(rule),
    "",
    "Fields to look at: " + rule.fields_to_show.map((field) => `\`${field}\``).join(", ") + ".",
    "",
  ].join("\n");
}

function severityText({ severity, severity_from_event: fromEvent, families }: Rule): string {
  return fromEvent && families.includes("anomaly")
    ? `that of the event (${severity} where it has none)`
    : `always ${severity}`;
}

function techniqueText(id: TechniqueId): string {
  return `[${id} ${TECHNIQUES[id].name}](${techniqueUrl(id)})`;
}

function conditionText(rule: Rule): readonly string[] {
  if (rule.type === "aggregate") return fenced("esql", aggregateEsql(rule));
  if (rule.type === "silence") return fenced("esql", silenceEsql(rule));
  const query = fenced("kql", kql(rule.condition));
  if (rule.type === "match") return query;
  const { by, distinct, at_least: atLeast, within } = rule.threshold;
  return [...query, "", `At least ${atLeast} values of \`${distinct}\` for one \`${by}\` within ${within}.`];
}

function fenced(language: string, text: string): readonly string[] {
  return [`\`\`\`${language}`, text, "```"];
}

function list(title: string, items: readonly string[], mark = "-"): readonly string[] {
  return [title, "", ...items.map((item, i) => `${mark === "1." ? `${i + 1}.` : mark} ${item}`), ""];
}

/** All rules as the table of the index. */
export function ruleTable(rules: readonly Rule[]): readonly string[] {
  const rows = rules.map((rule) => {
    const attack = rule.techniques.join(", ") || "–";
    return `| [${rule.slug}](${rule.slug}.md) | ${rule.title} | ${rule.severity} | ${attack} |`;
  });
  return ["| rule | fires when | severity | ATT&CK candidates |", "|---|---|---|---|", ...rows];
}
