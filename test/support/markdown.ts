import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { posix } from "node:path";

/** A relative link of a page: where it stands and what it points to. */
export interface Link {
  readonly page: string;
  readonly line: number;
  /** As written. */
  readonly to: string;
  /** Path in the repository, without anchor. */
  readonly file: string;
  readonly anchor: string | null;
}

/** Every page of the repository that people read. */
export function allPages(): readonly string[] {
  const own = ["*.md", "{docs,src,test,bench,nse-scripts,config,rules}/**/*.md"];
  return own.flatMap((pattern) => globSync(pattern)).filter((path) => !path.includes("node_modules"));
}

/** Relative links of a page; those inside code are not links. */
export function linksOf(page: string): readonly Link[] {
  const text = withoutCode(readFileSync(page, "utf8"));
  return [...text.matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)].map((match) => {
    const to = match[1] ?? "";
    const [file = "", anchor = null] = to.split("#");
    const line = text.slice(0, match.index).split("\n").length;
    return { page, line, to, file: file === "" ? page : posix.join(posix.dirname(page), file), anchor };
  });
}

/** Why a link leads nowhere, as a sentence; null when it leads somewhere. */
export function brokenLink(link: Link): string | null {
  const at = `${link.page}:${link.line}  links to ${link.to}`;
  if (!existsSync(link.file)) return `${at}, which does not exist: write ${link.file}, or correct the link`;
  if (link.anchor === null || statSync(link.file).isDirectory()) return null;
  if (anchorsOf(link.file).has(link.anchor)) return null;
  return `${at}, but ${link.file} has no heading "${link.anchor}"`;
}

/** The anchors that a forge makes of the headings of a page. */
export function anchorsOf(page: string): ReadonlySet<string> {
  const text = withoutCode(readFileSync(page, "utf8"), false);
  return new Set([...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = ""]) => anchorOf(heading)));
}

function anchorOf(heading: string): string {
  return heading
    .replaceAll(/\[([^\]]+)\]\([^)]*\)/g, "$1")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replaceAll(/\s/g, "-");
}

/** Lines stay where they are. */
function withoutCode(text: string, inline = true): string {
  const blank = (code: string) => code.replaceAll(/[^\n]/g, " ");
  const plain = text.replaceAll(/^```[^]*?^```/gm, blank);
  return inline ? plain.replaceAll(/`[^`\n]*`(?!\])/g, blank) : plain;
}
