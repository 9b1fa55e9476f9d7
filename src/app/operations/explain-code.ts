import { readFileSync } from "node:fs";
import { packagePath } from "../package-root.ts";

/** The section of `docs/reference/codes.md` about one code, as plain text; null for a code that does not exist. */
export function explainCode(code: string): string | null {
  const page = readFileSync(packagePath("docs", "reference", "codes.md"), "utf8");
  const sections = page.split(/^## /m).slice(1);
  const section = sections.find((text) => text.startsWith(`${code.toUpperCase()} `));
  return section === undefined ? null : plain(section);
}

/** The page is written for a browser: a terminal shows no emphasis and cannot follow a link. */
function plain(markdown: string): string {
  return markdown
    .replaceAll("**", "")
    .replaceAll(/\[([^\]]+)\]\([^)]*\)/g, "$1")
    .trim();
}
