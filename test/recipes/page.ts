import { readFileSync } from "node:fs";

/** One step of a page: a block of code and where it goes. */
export interface Step {
  readonly file: string;
  readonly place: Place;
  readonly code: string;
  /** Line of the step in its page. */
  readonly line: number;
}

/** `new` makes the file; the others name a text that is in the file exactly once. */
export type Place =
  | { readonly how: "new" }
  | { readonly how: "after" | "before" | "instead of"; readonly anchor: string };

export interface Recipe {
  readonly page: string;
  readonly title: string;
  /** How many files a person touches, as the page says. */
  readonly touches: number;
  readonly steps: readonly Step[];
}

const HEAD = /^\*\*(New file|In) `([^`]+)`(?:, (after|before|instead of) `([^`]+)`)?:\*\*$/;

/**
 * Reads what a reader does: **New file `path`:** or **In `path`, after `text`:**, each followed by a block of code.
 * Throws on a page that cannot be followed.
 */
export function readRecipe(page: string): Recipe {
  const text = readFileSync(page, "utf8");
  const lines = text.split("\n");
  const touches = /^Touches (\d+) files?\b/m.exec(text)?.[1];
  if (touches === undefined) throw new Error(`${page}: says nowhere "Touches N files"`);
  const steps = lines.flatMap((line, at) => {
    const head = HEAD.exec(line);
    if (head === null) return [];
    return [{ ...placeOf(head, `${page}:${at + 1}`), code: codeBelow(lines, at, page), line: at + 1 }];
  });
  if (steps.length === 0) throw new Error(`${page}: has no step`);
  return { page, title: (lines[0] ?? "").replace(/^# /, ""), touches: Number(touches), steps };
}

function placeOf([, verb, file = "", how, anchor]: RegExpExecArray, at: string): Pick<Step, "file" | "place"> {
  if (verb === "New file") return { file, place: { how: "new" } };
  if (anchor === undefined) throw new Error(`${at}: say after, before or instead of which text`);
  return { file, place: { how: how === "after" || how === "before" ? how : "instead of", anchor } };
}

function codeBelow(lines: readonly string[], head: number, page: string): string {
  const start = lines.findIndex((line, at) => at > head && line.trim() !== "");
  const end = lines.indexOf("```", start + 1);
  if (!lines[start]?.startsWith("```") || end === -1) throw new Error(`${page}:${head + 1}: no block of code follows`);
  return `${lines.slice(start + 1, end).join("\n")}\n`;
}
