import { describe, expect, it } from "vitest";
import { explainAction } from "../../../src/app/operations/explain-action.ts";
import { explainCode } from "../../../src/app/operations/explain-code.ts";
import { reflow, wrapWords } from "../../../src/cli/terminal/wrap.ts";

describe("pages in a terminal", () => {
  it("fill 80 columns and begin continued lines below the text of their item", () => {
    const page = `title\n${"word ".repeat(20)}\n\n- ${"one ".repeat(22)}\n  two\n2. three`;
    expect(reflow(page).split("\n")).toEqual([
      "title",
      "word ".repeat(16).trim(),
      "word word word word",
      "",
      `- ${"one ".repeat(19).trim()}`,
      "  one one one two",
      "2. three",
    ]);
  });

  it("keep tables and code as they are", () => {
    const fixed = `| a | ${"b".repeat(100)} |\n\`\`\`sh\nfirst   line\nsecond\n\`\`\``;
    expect(reflow(`title\n${fixed}`)).toBe(`title\n${fixed}`);
  });

  it.each(["port-opened", "scan-partial", "TL107", "TL203"])("%s loses no word", (name) => {
    const text = explainCode(name) ?? explainAction(name) ?? "";
    expect(reflow(text).split(/\s+/)).toEqual(text.split(/\s+/));
    const wide = reflow(text)
      .split("\n")
      .filter((line) => line.length > 80 && !/^\||^\S+$|\//.test(line));
    expect(wide).toEqual([]);
  });

  it("leave a word alone that is longer than a line", () => {
    expect(wrapWords(`see ${"x".repeat(90)} there`, "", "  ")).toBe(`see\n  ${"x".repeat(90)}\n  there`);
  });
});
