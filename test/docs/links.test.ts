import { describe, expect, it } from "vitest";
import { allPages, brokenLink, linksOf } from "../support/markdown.ts";
import { packedFiles } from "../support/packed-files.ts";

const pages = allPages();

describe("links between pages", () => {
  it("are there to be checked", () => {
    expect(pages.length).toBeGreaterThan(60);
    expect(pages.flatMap(linksOf).length).toBeGreaterThan(80);
  });

  it("lead to files and headings that exist", () => {
    expect(pages.flatMap(linksOf).flatMap((link) => brokenLink(link) ?? [])).toEqual([]);
  });

  it("lead from shipped pages to shipped pages only", () => {
    const shipped = packedFiles();
    const inside = (file: string) => shipped.has(file) || [...shipped].some((path) => path.startsWith(`${file}/`));
    const links = pages.filter((page) => shipped.has(page)).flatMap(linksOf);
    expect(links.length).toBeGreaterThan(80);
    const missing = links.filter(({ file }) => !inside(file.replace(/\/$/, "")));
    expect(missing.map(({ page, to }) => `${page} links to ${to}: add it to "files" of package.json`)).toEqual([]);
  });
});

describe("a broken link", () => {
  const at = { page: "README.md", line: 3, to: "docs/none.md", anchor: null };

  it("is told with the file to write", () => {
    expect(brokenLink({ ...at, file: "docs/none.md" })).toBe(
      "README.md:3  links to docs/none.md, which does not exist: write docs/none.md, or correct the link",
    );
  });

  it("is told when the heading is missing", () => {
    const link = { ...at, to: "docs/health.md#no-such-thing", file: "docs/health.md", anchor: "no-such-thing" };
    expect(brokenLink(link)).toContain('docs/health.md has no heading "no-such-thing"');
    expect(brokenLink({ ...link, anchor: "scan-partial" })).toBeNull();
  });
});
