import { posix } from "node:path";
import { packagePath } from "../../config/package-root.ts";

/** What is under `## name` or `## name · more`, with that line but without its marks; null without such a line. */
export function sectionOf(page: string, name: string): string | null {
  const sections = page.split(/^## /m).slice(1);
  return sections.find((text) => text.split(/\s/, 1)[0] === name) ?? null;
}

/**
 * Markdown of `page` (its path in the package) for a terminal, which shows no emphasis and cannot follow a link: other
 * pages are named by the place where they are on this machine.
 */
export function plainText(markdown: string, page: string): string {
  return markdown
    .replaceAll(/<!--.*?-->\n?/gs, "")
    .replaceAll("**", "")
    .replaceAll(/\[([^\]]+)\]\(([^)]*)\)/g, (_, text: string, to: string) => linkText(text, to, page))
    .trim();
}

/** Codes and actions are what `--explain` takes, so they need no place. */
const EXPLAINED = /^`?(TL\d{3}|[a-z]+(-[a-z]+)*)`?$/;

function linkText(text: string, to: string, page: string): string {
  const [file = ""] = to.split("#");
  if (file === "" || EXPLAINED.test(text)) return text;
  const place = /^https?:/.test(to) ? to : packagePath(posix.join(posix.dirname(page), file));
  return text === posix.basename(file) ? place : `${text} (${place})`;
}
