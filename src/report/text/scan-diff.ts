import { isHostField, HOST_FIELDS } from "../../domain/fields/host.ts";
import { isPortField, PORT_FIELDS } from "../../domain/fields/port.ts";
import { clip } from "../../domain/words.ts";
import type { ScanChange, ScanChangeKind } from "../../domain/scan-diff.ts";
import { isoTime } from "../../lib/time.ts";
import type { ScanDiffView, ScanRef } from "../model/scans.ts";
import { counted, GAP, key, labelled, lines, type Block, type TextDocument, text } from "./document.ts";

const COLUMNS = [key("HOST"), key("PORT"), key("CHANGE"), text("VALUE", 24)];

/** Both scans, how many changes of each sort, then one row each. */
export function scanDiffText(view: ScanDiffView): TextDocument {
  return [
    lines(view.segment),
    labelled([
      ["before", scanText(view.before)],
      ["after", scanText(view.after)],
      ["differs", totals(view.changes)],
      ...notesOf(view).map((note) => ["note", note] as const),
    ]),
    ...rows(view.changes),
  ];
}

function scanText({ number, startedAt, state, id }: ScanRef): string {
  return `scan ${number} of ${isoTime(startedAt)}, ${state} (${id})`;
}

const SORTS: readonly (readonly [ScanChangeKind, one: string, more: string])[] = [
  ["appeared", "host appeared", "hosts appeared"],
  ["gone", "host gone", "hosts gone"],
  ["opened", "port opened", "ports opened"],
  ["closed", "port closed", "ports closed"],
  ["changed", "value changed", "values changed"],
];

function totals(changes: readonly ScanChange[]): string {
  const said = SORTS.flatMap(([sort, one, more]) => {
    const n = changes.filter(({ change }) => change === sort).length;
    return n === 0 ? [] : [counted(n, one, more)];
  });
  return said.length === 0 ? "nothing" : said.join(", ");
}

function notesOf({ notes, notMeasured: { hosts, ports }, notCompared }: ScanDiffView): readonly string[] {
  const measured = [
    ...(hosts === 0 ? [] : [counted(hosts, "host", "hosts")]),
    ...(ports === 0 ? [] : [counted(ports, "port", "ports")]),
  ];
  return [
    ...notes,
    ...(measured.length === 0
      ? []
      : [
          `${measured.join(" and ")} answered in one scan and ${hosts + ports === 1 ? "was" : "were"} not measured in the other: no difference`,
        ]),
    ...(notCompared.length === 0 ? [] : [`measured in another way, so not compared: ${notCompared.join(", ")}`]),
  ];
}

function rows(changes: readonly ScanChange[]): readonly Block[] {
  if (changes.length === 0) return [];
  return [GAP, { kind: "table", columns: COLUMNS, rows: changes.map(rowOf), indent: 2 }];
}

function rowOf(one: ScanChange): readonly string[] {
  const { address, port, change, field, before, after } = one;
  if (field === null) return [address, port ?? "host", change, presenceText(one)];
  return [address, port ?? "host", field, `${valueText(field, before)} → ${valueText(field, after)}`];
}

function presenceText({ change, before, after }: ScanChange): string {
  if (after !== null) return clip(after);
  return `${change === "gone" ? "was there: " : "was "}${clip(before ?? "")}`;
}

function valueText(field: string, value: string | null): string {
  if (value === null) return "—";
  if (isPortField(field)) return PORT_FIELDS[field].text(value);
  return isHostField(field) ? HOST_FIELDS[field].text(value) : value;
}
