import { globSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { parseSync, Visitor } from "oxc-parser";
import type { Texts } from "./pairs.ts";

/** At least two words. */
const WORDS = /[A-Za-z]{2,}[,;:]? [A-Za-z(]/;
/** SQL, pages that are kept as they are, and command lines that stand as examples. */
const NO_TEXT = /^(SELECT|INSERT|UPDATE|DELETE|PRAGMA|CREATE|BEGIN|VACUUM|\n|tripline )/;

/** The texts of a tree, from its files and what they hold. */
export function textsIn(files: readonly string[], read: (file: string) => string): Texts {
  const texts = new Map<string, Set<string>>();
  for (const file of files)
    for (const text of textsOf(read(file))) texts.set(text, (texts.get(text) ?? new Set()).add(basename(file)));
  return texts;
}

export function textsOfToday(): Texts {
  return textsIn(globSync("src/**/*.ts"), (file) => readFileSync(file, "utf8"));
}

/** What a source file may say to an operator: its strings of two words and more, each `${…}` as `…`. */
function textsOf(source: string): readonly string[] {
  const texts: string[] = [];
  const take = (text: string) => {
    if (WORDS.test(text) && !NO_TEXT.test(text)) texts.push(text.replaceAll(/\s+/g, " ").trim());
  };
  new Visitor({
    Literal: ({ value }) => {
      if (typeof value === "string") take(value);
    },
    TemplateLiteral: ({ quasis }) => take(quasis.map(({ value }) => value.cooked ?? value.raw).join("…")),
  }).visit(parseSync("source.ts", source).program);
  return texts;
}
