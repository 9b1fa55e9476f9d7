import type { Block, Inline, TextDocument } from "../../report/text/document.ts";
import { harmless, lineOf, painted, split } from "./inline.ts";
import type { Page } from "./page.ts";
import { tableLines } from "./table.ts";

/** A continued line is further in than the line that it continues. */
const HANG = 2;

/** The document in lines that are no wider than the page; what is to be copied is not broken. */
export function layOut(document: TextDocument, page: Page): string {
  return document.flatMap((block) => blockLines(block, page)).join("\n");
}

function blockLines(block: Block, page: Page): readonly string[] {
  switch (block.kind) {
    case "lines":
      return block.lines.flatMap((line) => proseLines(line, page));
    case "table":
      return tableLines(block, page);
    case "verbatim":
      return block.text.split("\n").map(harmless);
  }
}

function proseLines(pieces: readonly Inline[], { width, paint }: Page): readonly string[] {
  const line = lineOf(pieces);
  const own = line.text.length - line.text.trimStart().length;
  const hang = own + HANG < width / 2 ? own + HANG : 0;
  return split(line, width, width - hang).map((one, n) => (n === 0 ? "" : " ".repeat(hang)) + painted(one, paint));
}
