import { globSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { projectFiles } from "../support/architecture/project-files.ts";
import { violations } from "../support/architecture/violations.ts";
import { newTempDir, removeChecked } from "../support/temp-dir.ts";
import { apply } from "./apply.ts";
import { GOALS } from "./goals.ts";
import { readRecipe } from "./page.ts";
import { inCopy, scratchCopy } from "./scratch.ts";

const pages = globSync("docs/contributing/*.md").filter((page) => basename(page) !== "README.md");
const nameOf = (page: string) => basename(page, ".md");
const counted: string[] = [];

afterAll(() => console.log(["Files touched per change (goal):", ...counted.toSorted()].join("\n  ")));

describe("docs/contributing", () => {
  it("has a page for every kind of change, and a goal for every page", () => {
    expect(pages.map(nameOf).toSorted()).toEqual([...GOALS.keys()].toSorted());
  });

  it.each(pages)(
    "%s can be followed to the letter: it compiles, keeps the architecture, and its own test passes",
    async (page) => {
      const recipe = readRecipe(page);
      const copy = scratchCopy();
      const touched = apply(recipe, copy);
      counted.push(`${nameOf(page)}: ${touched.size} (${GOALS.get(nameOf(page))})`);
      expect(touched.size).toBe(recipe.touches);
      expect(touched.size).toBeLessThanOrEqual(GOALS.get(nameOf(page)) ?? 0);

      await succeeds(copy, "scripts/generate-assets.ts");
      await succeeds(copy, "node_modules/typescript/bin/tsc", "--noEmit");
      expect(violations(projectFiles(copy))).toEqual([]);
      const tests = [...touched].filter((file) => file.endsWith(".test.ts"));
      if (tests.length > 0) await succeeds(copy, "node_modules/vitest/vitest.mjs", "run", ...tests);
    },
  );
});

async function succeeds(copy: string, program: string, ...args: readonly string[]): Promise<void> {
  const { ok, output } = await inCopy(copy, program, ...args);
  expect(ok, output).toBe(true);
}

describe("a page that has become stale", () => {
  const stale: readonly [string, string, string][] = [
    ["names a place that is gone", "**In `a.ts`, after `gone`:**", "`gone` stands 0 times in a.ts"],
    ["names a place that is there twice", "**In `a.ts`, after `one`:**", "`one` stands 2 times in a.ts"],
    ["makes a file that exists", "**New file `a.ts`:**", "a.ts is there already"],
  ];
  it.each(stale)("%s", (_, head, says) => {
    const place = newTempDir();
    onTestFinished(() => removeChecked(place));
    writeFileSync(join(place, "a.ts"), "one\none\n");
    const page = join(place, "page.md");
    writeFileSync(page, `# Page\n\nTouches 1 file.\n\n${head}\n\n\`\`\`ts\nx\n\`\`\`\n`);
    expect(() => apply(readRecipe(page), place)).toThrow(says);
  });

  it("puts a block after, before or instead of a text", () => {
    const place = newTempDir();
    onTestFinished(() => removeChecked(place));
    const page = join(place, "page.md");
    const step = (how: string, code: string) => `**In \`a.ts\`, ${how} \`two\`:**\n\n\`\`\`ts\n${code}\n\`\`\`\n`;
    const file = join(place, "a.ts");
    for (const [how, text] of [
      ["after", "one\ntwo,\nnew\nthree\n"],
      ["before", "one\nnew\ntwo,\nthree\n"],
      ["instead of", "one\nnew,\nthree\n"],
    ] as const) {
      writeFileSync(file, "one\ntwo,\nthree\n");
      writeFileSync(page, `# Page\n\nTouches 1 file.\n\n${step(how, "new")}`);
      expect([...apply(readRecipe(page), place)]).toEqual(["a.ts"]);
      expect(readFileSync(file, "utf8")).toBe(text);
    }
  });
});
