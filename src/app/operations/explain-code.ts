import { readFileSync } from "node:fs";
import { packagePath } from "../../config/package-root.ts";
import { plainText, sectionOf } from "./plain-page.ts";

const PAGE = "docs/reference/codes.md";

/** The section of the page of codes about one code, as plain text; null for a code that does not exist. */
export function explainCode(code: string): string | null {
  const section = sectionOf(readFileSync(packagePath(PAGE), "utf8"), code.toUpperCase());
  return section === null ? null : plainText(section, PAGE);
}
