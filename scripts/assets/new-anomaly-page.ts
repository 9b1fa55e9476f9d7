/** Stands where a person has to write; a test refuses a page that still holds it. */
export const TO_WRITE = "(to be written)";

const MADE = "made by `npm run assets`";

/** The outline of a page for a kind of anomaly that has none, with the blocks that are filled from the tables of src. */
export function newPage(kind: string, rule: string): string {
  return [
    `# ${kind} · ${rule}`,
    "",
    `${TO_WRITE} What was measured, against what, and why somebody should care: two or three sentences.`,
    "",
    ...block("facts"),
    ...block("runbook"),
    "## Ordinary or not",
    "",
    `${TO_WRITE} How the ordinary causes look in this event, and what speaks for the bad ones.`,
    "",
    "## Then",
    "",
    `${TO_WRITE} What to do when it is fine, when it is a mistake, and when it is an attack.`,
    "",
    ...block("commands"),
    "## How it was found",
    "",
    `${TO_WRITE} What is compared, how it is confirmed, when it resolves, what it cannot see.`,
    "",
    "## Fields",
    "",
    `${TO_WRITE} The leaves of the event that matter for this kind.`,
    "",
  ].join("\n");
}

function block(name: string): readonly string[] {
  return [`<!-- ${name}: ${MADE} -->`, `<!-- /${name} -->`, ""];
}
