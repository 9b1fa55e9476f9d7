import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Recipe, Step } from "./page.ts";

/** Does what the page says in the copy at `root`; gives the files that a person touches. Throws where a page is stale. */
export function apply({ page, steps }: Recipe, root: string): ReadonlySet<string> {
  for (const step of steps) {
    const path = join(root, step.file);
    const text = step.place.how === "new" ? made(step, path, page) : changed(step, path, page);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return new Set(steps.map((step) => step.file));
}

function made({ file, code, line }: Step, path: string, page: string): string {
  if (existsSync(path)) throw new Error(`${page}:${line}: ${file} is there already`);
  return code;
}

function changed({ file, place, code, line }: Step, path: string, page: string): string {
  const text = readFileSync(path, "utf8");
  if (place.how === "new") return text;
  const at = text.indexOf(place.anchor);
  const times = text.split(place.anchor).length - 1;
  if (times !== 1) throw new Error(`${page}:${line}: \`${place.anchor}\` stands ${times} times in ${file}`);
  if (place.how === "instead of") return text.replace(place.anchor, () => code.trimEnd());
  const start = text.lastIndexOf("\n", at) + 1;
  const end = text.indexOf("\n", at) + 1;
  const cut = place.how === "before" ? start : end;
  return text.slice(0, cut) + code + text.slice(cut);
}
