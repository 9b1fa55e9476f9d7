import { isoTime } from "../../lib/time.ts";
import type { Anomaly } from "../../domain/anomaly.ts";
import { anomalyLine } from "../model/anomaly.ts";
import { extra, key, lines, severityCell, type TextDocument, text } from "./document.ts";

const COLUMNS = [
  key("SEV"),
  key("SCORE"),
  key("ID"),
  key("WHAT"),
  key("WHERE"),
  extra("STATE"),
  extra("LAST SEEN"),
  text("MESSAGE"),
];

/** The worst first, as they come. */
export function anomaliesText(anomalies: readonly Anomaly[]): TextDocument {
  if (anomalies.length === 0) return [lines("no anomalies")];
  const rows = anomalies
    .map(anomalyLine)
    .map((line) => [
      severityCell(line.severity),
      String(line.score),
      line.shortId,
      line.kind,
      line.where,
      line.state,
      isoTime(line.lastSeen).slice(0, 16),
      line.lookedAtBy === null ? line.message : `${line.message} (${line.lookedAtBy} looks at it)`,
    ]);
  return [{ kind: "table", columns: COLUMNS, rows, indent: 2 }];
}
