import { globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { allPages } from "../support/markdown.ts";

interface Phrase {
  /** Never written. */
  readonly avoid: RegExp;
  /** Written instead. */
  readonly write: string;
}

/** Phrases that read as translated, each with the better one. */
const PHRASES: readonly Phrase[] = [
  { avoid: /\btaken over (?:by|with|at|after) a restart\b/i, write: "takes effect after a restart" },
  { avoid: /\bstands? twice\b/i, write: "appears twice" },
  {
    avoid: /(?<!there )\b(?:is|are) no (?:port|address|number|directory|URL|duration|size|date|list|text)s?\b/i,
    write: "is not a …",
  },
  { avoid: /\blearn(?:s|ed|ing)? anew\b/i, write: "relearned, relearns" },
  { avoid: /\banew\b/i, write: "again" },
  { avoid: /\b(?:gone|goes|go) on with\b/i, write: "resumed, continues" },
  {
    avoid: /\b(?:is|are|was|were|be) told (?:once|twice|again|when|in|as|by itself|one by one|at once)\b/i,
    write: "reported",
  },
  { avoid: /\b(?:never|nothing is|only|also) told\b/i, write: "reported" },
  { avoid: /\blast told\b/i, write: "last reported" },
  { avoid: /\bis what it was\b/i, write: "is back to its known value" },
  { avoid: /\bfor ever\b/i, write: "forever" },
  { avoid: /\b(?:in|into) force\b/i, write: "in effect, takes effect" },
  { avoid: /\bhonest limits\b/i, write: "Known limits" },
  { avoid: /\bknown holes\b/i, write: "known vulnerabilities" },
  { avoid: /\b(?:the|a|its) former\b/i, write: "the previous, an earlier" },
  { avoid: /\bamiss\b/i, write: "wrong" },
  { avoid: /\bsuffices?\b/i, write: "is enough, is required" },
  { avoid: /\bwhat became of\b/i, write: "the outcome of" },
  { avoid: /\bits? own rhythm\b/i, write: "at its own pace" },
  { avoid: /\bhow many it were\b/i, write: "how many there were" },
  { avoid: /, also not (?:by|when|after|through|in|from)\b/i, write: "not even …" },
  { avoid: /\bno chance\b/i, write: "no randomness" },
  { avoid: /\bspeaks? louder\b/i, write: "weighs more" },
  { avoid: /\bhalf an inventory lies\b/i, write: "half an inventory would produce false findings" },
];

/** History and quotations: what was decided or changed at the time, and the table of old and new texts. */
const EXEMPT = /^(?:docs\/decisions\/|docs\/reference\/reworded\.md$)/;

/** `rule.name` of published actions: rules in a SIEM match them, so they keep their words. */
const RULE_NAMES = /Baseline learned anew|Learning anew|Store made anew/g;

/** Pages and files with text that people read, comments included. */
function readByPeople(): readonly string[] {
  const code = globSync(["{src,scripts,bench}/**/*.{ts,mjs}", "{rules,config,nse-scripts}/**/*.{yaml,nse,lua}"]);
  const rest = globSync(["config/{systemd,docker}/*", "bin/*", "Makefile", "Dockerfile"]);
  return [...allPages(), ...code, ...rest].filter((file) => !EXEMPT.test(file) && !file.includes("/fixtures/"));
}

/** Of the changelog only what is not released yet: what a version said stays as it is. */
function textOf(file: string): string {
  const text = readFileSync(file, "utf8");
  return file === "CHANGELOG.md" ? text.replace(/^## \d[^]*$/m, "") : text;
}

/** Phrases may be broken over two lines, in a comment as well. */
function problemsIn(file: string, text: string): readonly string[] {
  const flat = text.replaceAll(RULE_NAMES, "").replaceAll(/\s*\n\s*(?:(?:\*|\/\/|#) *)?/g, " ");
  return PHRASES.flatMap(({ avoid, write }) => {
    const found = flat.match(avoid);
    return found === null ? [] : [`${file}: "${found[0]}": write "${write}"`];
  });
}

describe("the language of pages, comments and messages", () => {
  it("avoids phrases that read as translated", () => {
    const files = readByPeople();
    expect(files.length).toBeGreaterThan(600);
    expect(files.flatMap((file) => problemsIn(file, textOf(file)))).toEqual([]);
  });

  it.each([
    ["The size is taken over by a restart only.", "takes effect after a restart"],
    ["This key stands twice.", "appears twice"],
    ["70000 is no port.", "is not a …"],
    ["/** The segment is learned\n * anew. */", "relearned"],
    ["It is told once, the worst first.", "reported"],
    ["The banner is what it was.", "is back to its known value"],
    ["The configuration in\nforce.", "in effect"],
  ])("%j is reported with the better phrase", (text, better) => {
    expect(problemsIn("page.md", text).join("\n")).toContain(better);
  });

  it.each([
    ["There is no port to scan."],
    ["The process was told to stop."],
    ["It takes effect after a restart."],
    ["It is forced."],
  ])("%j is fine", (text) => {
    expect(problemsIn("page.md", text)).toEqual([]);
  });

  it("leaves released versions of the changelog as they are", () => {
    expect(textOf("CHANGELOG.md")).toContain("## Unreleased");
    expect(textOf("CHANGELOG.md")).not.toContain("## 0.1.0");
  });
});
