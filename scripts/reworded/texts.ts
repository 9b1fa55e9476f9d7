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

/**
 * What a source file may say to an operator: its strings of two words and more, each `${…}` as `…`. The pages of the kinds
 * are documentation, not messages.
 */
function textsOf(source: string): readonly string[] {
  const texts: { readonly text: string; readonly start: number }[] = [];
  const pages: { readonly start: number; readonly end: number }[] = [];
  const take = (text: string, start: number) => {
    if (WORDS.test(text) && !NO_TEXT.test(text)) texts.push({ text: text.replaceAll(/\s+/g, " ").trim(), start });
  };
  new Visitor({
    Literal: ({ value, start }) => {
      if (typeof value === "string") take(value, start);
    },
    TemplateLiteral: ({ quasis, start }) => take(quasis.map(({ value }) => value.cooked ?? value.raw).join("…"), start),
    Property: ({ key, value }) => {
      if (key.type === "Identifier" && key.name === "page") pages.push(value);
    },
  }).visit(parseSync("source.ts", source).program);
  return texts
    .filter(({ start }) => !pages.some((page) => page.start <= start && start < page.end))
    .map(({ text }) => text);
}
