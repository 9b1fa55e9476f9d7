import type { ImportView } from "../model/import.ts";
import { differenceRows, outsideScope } from "./baseline-diff.ts";
import { type Block, counted, GAP, key, lines, type TextDocument, text } from "./document.ts";

const CLOSES = [key("ID"), key("WHAT"), key("WHERE"), text("MESSAGE")];

/** What becomes normal and what ends, the anomalies that this explains, then what was done or how to do it. */
export function importText(view: ImportView): TextDocument {
  const { file, segment, hosts, added, outside, others, differences, more, closes } = view;
  return [
    lines(
      `${file}: ${counted(hosts, "host", "hosts")} for ${segment}${added === 0 ? "" : `, ${added} not known here so far`}`,
    ),
    ...outsideScope(outside, "imported"),
    ...othersLeft(others),
    ...differenceRows(differences, ["normal", "ends"]),
    ...(more === 0 ? [] : [lines(`and ${counted(more, "more difference", "more differences")}`)]),
    ...closed(closes, view.done),
    GAP,
    lines(...ending(view)),
  ];
}

function othersLeft(others: ImportView["others"]): readonly Block[] {
  if (others.length === 0) return [];
  const MOST = 5;
  const named = others.slice(0, MOST).join(", ");
  const more = others.length > MOST ? ` and ${others.length - MOST} more` : "";
  return [lines(`Left out, because another machine is known there: ${named}${more} (--replace takes the file's).`)];
}

function closed(closes: ImportView["closes"], done: boolean): readonly Block[] {
  if (closes.length === 0) return [];
  const did = closes.length === 1 ? "was accepted" : "were accepted";
  const verb = done ? did : "would be accepted";
  const rows = closes.map(({ id, kind, where, message }) => [id.slice(0, 8), kind, where, message]);
  return [
    GAP,
    lines(`${counted(closes.length, "open anomaly", "open anomalies")} that the file explains ${verb}:`),
    { kind: "table", columns: CLOSES, rows, indent: 2 },
  ];
}

function ending({ done, differences, kept, file }: ImportView): readonly string[] {
  const left =
    kept === 0
      ? []
      : [
          `${counted(kept, "difference stays", "differences stay")} as here: tripline baseline diff ${file}; --replace takes the file's.`,
        ];
  if (done) return ["Imported. The events wait in the outbox.", ...left];
  const nothing = differences.length === 0 ? "Everything in it is normal here already; nothing" : "Nothing";
  return [`${nothing} was changed. Add --yes, --reason and --by to import it.`, ...left];
}
