import type { Reworded } from "./pairs.ts";

export const PAGE = "docs/reference/reworded.md";

const HEAD = `# Reworded texts

Messages, help texts and descriptions that the release after 0.1.0 puts into other words. If a script or a rule of your SIEM
searches for one of these texts, search for the new one, or better for what does not change: codes (\`TL102\`), event
actions, field names, configuration keys and JSON keys are the same. \`…\` stands for what differs from one time to the next.

| before | now |
|---|---|
`;

export function pageOf(rows: readonly Reworded[]): string {
  return HEAD + rows.map((row) => `| ${row.map(cell).join(" | ")} |\n`).join("");
}

/** The rows of the page, as the texts they were made from. */
export function rowsOf(page: string): readonly Reworded[] {
  const rows = page.slice(page.indexOf("|---|---|\n") + 10).split("\n");
  return rows.flatMap((row): Reworded[] => {
    const [, before, after] = /^\| (`+ ?)(.+?)\1? \| /.test(row) ? split(row) : [];
    return before === undefined || after === undefined ? [] : [[before, after]];
  });
}

function split(row: string): readonly (string | undefined)[] {
  return row.split(/(?<!\\)\|/).map((one) => uncell(one.trim()));
}

/** As code, since texts have brackets and stars of their own; in a table a bar ends the cell also there. */
function cell(text: string): string {
  const fence = text.includes("`") ? "``" : "`";
  const space = fence.length > 1 ? " " : "";
  return `${fence}${space}${text.replaceAll("|", "\\|")}${space}${fence}`;
}

function uncell(text: string): string {
  return text
    .replace(/^(``? ?)(.*)$/, "$2")
    .replace(/ ?``?$/, "")
    .replaceAll("\\|", "|");
}
