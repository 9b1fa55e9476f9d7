import type { KnownDifference } from "../../domain/known-good.ts";
import type { BaselineDiffView } from "../model/baseline-diff.ts";
import { type Block, counted, GAP, key, lines, type TextDocument, text } from "./document.ts";

const COLUMNS = [key("HOST"), key("WHAT"), key("SAYS"), text("VALUE", 20)];

/** Totals, then one row for what the file says and one for what is known here. */
export function baselineDiffText(view: BaselineDiffView): TextDocument {
  const { file, fileSegment, segment, hosts, outside, differences } = view;
  const of = new Set(differences.map(({ address }) => address)).size;
  const found =
    differences.length === 0
      ? "no differences"
      : `${counted(differences.length, "difference", "differences")} on ${counted(of, "host", "hosts")}`;
  return [
    lines(`${file} (${counted(hosts, "host", "hosts")}) and the baseline of ${segment}: ${found}`),
    ...(fileSegment === segment ? [] : [lines(`The file is of the segment ${fileSegment}.`)]),
    ...outsideScope(outside, "compared"),
    ...differenceRows(differences, ["file", "here"]),
  ];
}

export function outsideScope(outside: number, verb: string): readonly Block[] {
  if (outside === 0) return [];
  const are = outside === 1 ? "is" : "are";
  return [lines(`${counted(outside, "host", "hosts")} of the file ${are} not scanned here, and not ${verb}.`)];
}

/** `words`: how to call what the file says, and what is known here. */
export function differenceRows(
  differences: readonly KnownDifference[],
  words: readonly [file: string, here: string],
): readonly Block[] {
  if (differences.length === 0) return [];
  return [GAP, { kind: "table", columns: COLUMNS, rows: differences.flatMap((one) => rowsOf(one, words)), indent: 2 }];
}

function rowsOf(
  { address, subject, field, file, here }: KnownDifference,
  [inFile, isHere]: readonly [string, string],
): readonly (readonly string[])[] {
  const what = field === null ? subject : `${subject === "host" ? "" : `${subject} `}${field}`;
  const say = (who: string, value: string | null) => (value === null ? [] : [[address, what, who, value]]);
  return [...say(inFile, file), ...say(isHere, here)];
}
