import type { Exits } from "./exit-codes.ts";
import { wrapWords } from "./terminal/wrap.ts";

/** A command line that can be pasted, or one with a line about it. */
type Example = string | readonly [line: string, about: string];

interface HelpEnd {
  /** The codes that this command can end with, and no other. */
  readonly exits: Exits;
  readonly examples: readonly Example[];
  /** What does not fit anywhere else. */
  readonly note?: string;
}

const WIDTH = 5;

/** The end of every `--help`, after the options: two examples at least, then the exit codes. No line is over 80 columns. */
export function helpEnd({ exits, examples, note }: HelpEnd): string {
  const codes = Object.entries(exits).map(([code, meaning]) =>
    wrapWords(meaning, `  ${code.padEnd(WIDTH)}`, " ".repeat(WIDTH + 2)),
  );
  const lines = ["", "Examples:", ...examples.flatMap(exampleLines), "", "Exit codes:", ...codes];
  const notes = ["New codes may be added: treat an unknown one as failure.", ...(note === undefined ? [] : [note])];
  return [...lines, ...notes.map((text) => wrapWords(text, "  ", "  "))].join("\n");
}

function exampleLines(example: Example): readonly string[] {
  if (typeof example === "string") return [`  ${example}`];
  const [line, about] = example;
  return [`  ${line}`, wrapWords(about, "      ", "      ")];
}
