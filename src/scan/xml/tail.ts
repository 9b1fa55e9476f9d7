import { type DocumentProblem, runProblem } from "./document.ts";

/** Watches what follows the root element: text that a shell put there means nothing, markup does. */
export interface TailWatcher {
  add(text: string): void;
  problem(): DocumentProblem | null;
}

const MARKUP = /<[A-Za-z/!:_]/;
export const ROOT = "<nmaprun";

/** The sentence is the same wherever the second document begins: behind the first or, when that is cut, inside it. */
export const SEVERAL_DOCUMENTS = runProblem(
  "not-well-formed",
  "it holds several scans one behind the other (--append-output?); only the first is read: split it",
);
const MORE_MARKUP = runProblem("not-well-formed", "more XML follows the end of nmaprun; scan again with nmap -oX FILE");

export function createTailWatcher(): TailWatcher {
  let carry = "";
  let markup = false;
  let root = false;
  return {
    add(text) {
      const all = carry + text;
      markup ||= MARKUP.test(all);
      root ||= all.includes(ROOT);
      carry = all.slice(1 - ROOT.length);
    },
    problem() {
      if (root) return SEVERAL_DOCUMENTS;
      return markup ? MORE_MARKUP : null;
    },
  };
}
