import type { PlannedChange } from "../../domain/planned-change.ts";
import { minuteText } from "../../domain/words.ts";
import { extra, key, lines, type TextDocument, text } from "./document.ts";

const COLUMNS = [
  key("ID"),
  key("TICKET"),
  key("STATE"),
  key("UNTIL"),
  text("WHERE", 16),
  text("MATCHED", 16),
  extra("BY"),
];
const MOST = 3;

export function changesText(changes: readonly PlannedChange[]): TextDocument {
  if (changes.length === 0) return [lines("no announced changes")];
  const rows = changes.map((one) => [
    one.id.slice(0, 8),
    one.ticket,
    one.state,
    minuteText(one.until),
    whereText(one),
    matchedText(one),
    one.by,
  ]);
  return [{ kind: "table", columns: COLUMNS, rows, indent: 2 }];
}

function whereText({ place, ports }: PlannedChange): string {
  const where = [...place.hosts, ...place.networks, ...place.groups].join(", ");
  const which = ports.map(({ transport, from, to }) => `${from === to ? from : `${from}-${to}`}/${transport}`);
  return [where, ...which].join(" ");
}

function matchedText({ matched }: PlannedChange): string {
  if (matched.length === 0) return "nothing yet";
  const shown = matched.slice(0, MOST).map(({ kind, address, subject }) => `${kind} ${subject} on ${address}`);
  return [...shown, ...(matched.length > MOST ? [`and ${matched.length - MOST} more`] : [])].join("; ");
}
