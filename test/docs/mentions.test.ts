import { existsSync, globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { commandTree, wrongCommandLine } from "../support/command-tree.ts";
import { allPages } from "../support/markdown.ts";
import { packedFiles } from "../support/packed-files.ts";

/** A text that people meet, and where it stands. */
interface Mention {
  readonly file: string;
  readonly text: string;
}

const PROGRAM = globSync(["src/**/*.ts", "bin/*", "config/**/*", "rules/**/*", "nse-scripts/**/*"]).filter(isText);
const PAGES = allPages();

function isText(path: string): boolean {
  return /\.(ts|cjs|sh|ya?ml|json|service|conf|nse|lua|md)$|^config\/docker\//.test(path);
}

function mentions(files: readonly string[], pattern: RegExp): readonly Mention[] {
  return files.flatMap((file) => {
    return [...readFileSync(file, "utf8").matchAll(pattern)].map((match) => ({ file, text: match[1] ?? match[0] }));
  });
}

/** Lines of shell and code spans of a page: what is shown to be typed. */
function codeOf(page: string): readonly Mention[] {
  const text = readFileSync(page, "utf8");
  const fences = [...text.matchAll(/^```(?:sh)?\n([^]*?)^```/gm)].flatMap((match) => (match[1] ?? "").split("\n"));
  const spans = [...text.replaceAll(/^```[^]*?^```/gm, "").matchAll(/`([^`\n]+)`/g)].map((match) => match[1] ?? "");
  return [...fences, ...spans].map((line) => ({ file: page, text: line }));
}

/**
 * Several commands may stand on one line; what follows a separator or a comment is another matter. After an option such
 * as `-u`, and in commands of Docker, `tripline` is a user or a container.
 */
function commandLines({ file, text }: Mention): readonly Mention[] {
  if (/^(docker|buildah) /.test(text)) return [];
  const lines = text.matchAll(/(?:^|(?<!-[a-z])[\s(])(tripline (?!tripline)[a-z-][^`|#;&·,\n"'<]*)/g);
  return [...lines].map((match) => ({ file, text: match[1] ?? "" }));
}

describe("what the program and its files name", () => {
  it("are pages that ship", () => {
    const named = mentions(
      [...PROGRAM, "Dockerfile"],
      /\b((?:docs|bench)\/[\w./-]+\.md|SECURITY\.md|CHANGELOG\.md)\b/g,
    );
    expect(named.length).toBeGreaterThan(4);
    const missing = named.filter(({ text }) => !packedFiles().has(text));
    expect(missing.map(({ file, text }) => `${file} names ${text}, which is not in the package`)).toEqual([]);
  });

  it("are units that ship", () => {
    const named = mentions([...PROGRAM, ...PAGES], /\b(tripline[\w@-]*\.(?:service|socket|timer|target))\b/g);
    expect(named.length).toBeGreaterThan(2);
    const missing = named.filter(({ text }) => !packedFiles().has(`config/systemd/${text}`));
    expect(missing.map(({ file, text }) => `${file} names ${text}: write config/systemd/${text}`)).toEqual([]);
  });

  it("are commands and options that exist", () => {
    const tree = commandTree();
    const spoken = PROGRAM.filter((file) => !file.startsWith("bin/"));
    // A decision tells what was meant to be, not what there is.
    const shown = PAGES.filter((page) => !page.startsWith("docs/decisions/"));
    const strings = mentions(spoken, /["'`]((?:[^"'`\n]*[\s(])?tripline [a-z-][^"'`\n]*)["'`\n]/g);
    const lines = [...strings, ...shown.flatMap(codeOf)].flatMap(commandLines);
    expect(lines.length).toBeGreaterThan(120);
    expect(lines.flatMap(({ file, text }) => wrongLine(tree, file, text))).toEqual([]);
  });

  it("are make targets and npm scripts that exist", () => {
    const targets = new Set([...readFileSync("Makefile", "utf8").matchAll(/^([a-z-]+):/gm)].map(([, name]) => name));
    const manifest = z.object({ scripts: z.record(z.string(), z.string()) });
    const { scripts } = manifest.parse(JSON.parse(readFileSync("package.json", "utf8")));
    const code = PAGES.flatMap(codeOf);
    const make = code.flatMap(({ text }) => [...text.matchAll(/(?:^|\s)make ([a-z][a-z-]*)/g)].map(([, name]) => name));
    const npm = code.flatMap(({ text }) =>
      [...text.matchAll(/npm run (?:--\w+ )?([\w:]+)/g)].map(([, name]) => name ?? ""),
    );
    expect(make.length).toBeGreaterThan(8);
    expect(make.filter((name) => !targets.has(name))).toEqual([]);
    expect(npm.filter((name) => scripts[name] === undefined)).toEqual([]);
  });
});

function wrongLine(tree: ReturnType<typeof commandTree>, file: string, line: string): readonly string[] {
  const problem = wrongCommandLine(tree, line.trim());
  return problem === null ? [] : [`${file}: ${problem}`];
}

describe("the image", () => {
  const dockerfile = readFileSync("Dockerfile", "utf8");
  const context = new Set(readFileSync(".dockerignore", "utf8").split("\n"));
  const { files } = z.object({ files: z.array(z.string()) }).parse(JSON.parse(readFileSync("package.json", "utf8")));

  it.each(files.filter((name) => name !== "dist"))("holds %s, as the package does", (name) => {
    expect(existsSync(name)).toBe(true);
    const copied = dockerfile
      .split("\n")
      .some((line) => /^COPY (?!--from)/.test(line) && line.split(" ").includes(name));
    expect(copied, `Dockerfile does not copy ${name}`).toBe(true);
    expect(context.has(`!${name}`), `.dockerignore keeps ${name} out of the build`).toBe(true);
  });
});
