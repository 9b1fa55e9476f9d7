import { globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { explainCode } from "../../src/app/operations/explain-code.ts";

const PAGE = readFileSync("docs/reference/codes.md", "utf8");

function used(): readonly string[] {
  const sources = globSync("src/**/*.ts").map((file) => readFileSync(file, "utf8"));
  const codes = sources.flatMap((text) => [...text.matchAll(/"(TL\d{3})"/g)].map((match) => match[1] ?? ""));
  return [...new Set(codes)].toSorted();
}

function documented(): readonly string[] {
  return [...PAGE.matchAll(/^## (TL\d{3}) · /gm)].map((match) => match[1] ?? "");
}

describe("the page of codes", () => {
  it("has one section, in order, for every code that the program can print, and no other", () => {
    expect(documented()).toEqual(used());
  });

  it.each(documented())("says of %s what follows and what to do", (code) => {
    const text = explainCode(code) ?? "";
    expect(text).toContain("Effect:");
    expect(text).toContain("Fix:");
    expect(text).not.toMatch(/\*\*|\]\(/);
  });
});

describe("tripline doctor --explain", () => {
  it("knows a code in any case, and says null for one that does not exist", () => {
    expect(explainCode("tl102")).toContain("TL102 · raw sockets are not allowed");
    expect(explainCode("TL999")).toBeNull();
  });
});
