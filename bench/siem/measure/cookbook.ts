import { readFileSync } from "node:fs";

/** One query of docs/siem/queries.md. */
export interface CookbookQuery {
  /** Heading above it. */
  readonly title: string;
  readonly language: "kql" | "esql";
  readonly text: string;
}

const PAGE = new URL("../../../docs/siem/queries.md", import.meta.url);
const BLOCK = /^### (?<title>.+)$(?<words>[^]*?)^```(?<language>kql|esql)\n(?<text>[^]*?)^```$/gm;

export function cookbookQueries(): readonly CookbookQuery[] {
  return [...readFileSync(PAGE, "utf8").matchAll(BLOCK)].map(({ groups = {} }) => ({
    title: groups["title"] ?? "",
    language: groups["language"] === "kql" ? "kql" : "esql",
    text: (groups["text"] ?? "").trimEnd(),
  }));
}

/** Names of events in an ES|QL text; what it names itself has no dot. */
export function fieldsInEsql(text: string): readonly string[] {
  const bare = text.replaceAll(/"[^"]*"/g, '""').replaceAll(/^FROM .*$/gm, "");
  return [...new Set(bare.match(/@timestamp|\b[a-z_]+(?:\.[a-z_0-9]+)+\b/g) ?? [])];
}
