import type { ManyView } from "../model/many.ts";
import { counted, GAP, key, lines, severityCell, type TextDocument, text } from "./document.ts";

const COLUMNS = [key("SEV"), key("SCORE"), key("ID"), key("WHAT"), key("WHERE"), text("MESSAGE")];

/** The anomalies in question, then what was done or how to do it. */
export function manyText(view: ManyView, [todo, done]: readonly [todo: string, done: string]): TextDocument {
  const left = view.partly.map((id) => id.slice(0, 8));
  return [
    ...matchTable(view.matched),
    lines(outcome(view, todo, done)),
    ...(left.length === 0 ? [] : [lines(`Left as they are, because they have other hosts too: ${left.join(", ")}`)]),
  ];
}

/** One row each; nothing where there are none. */
export function matchTable(matched: ManyView["matched"]): TextDocument {
  const rows = matched.map(({ severity, score, id, kind, where, message }) => {
    return [severityCell(severity), String(score), id.slice(0, 8), kind, where, message];
  });
  return rows.length === 0 ? [] : [{ kind: "table", columns: COLUMNS, rows, indent: 2 } as const, GAP];
}

function outcome({ done: isDone, matched, limit }: ManyView, todo: string, done: string): string {
  const anomalies = counted(matched.length, "anomaly", "anomalies");
  if (matched.length === 0) return "no anomalies match; nothing was changed";
  if (isDone) return `${done} ${anomalies}. The events wait in the outbox.`;
  const over = matched.length > limit ? ` That is more than --limit ${limit}: narrow the filter or raise it.` : "";
  const verb = matched.length === 1 ? "matches" : "match";
  return `${anomalies} ${verb}; nothing was changed. Add --yes, --reason and --by to ${todo} ${matched.length === 1 ? "it" : "them"}.${over}`;
}
