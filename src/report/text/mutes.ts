import type { Mute } from "../../domain/anomaly.ts";
import { isoTime } from "../../lib/time.ts";
import { extra, key, lines, type TextDocument, text } from "./document.ts";

const COLUMNS = [key("ID"), text("MATCH", 16), key("UNTIL"), key("BY"), extra("FROM"), text("REASON")];

export function mutesText(mutes: readonly Mute[]): TextDocument {
  if (mutes.length === 0) return [lines("no mutes")];
  const rows = mutes.map((m) => [
    m.id.slice(0, 8),
    Object.entries(m.match)
      .map(([field, value]) => `${field}=${value}`)
      .join(" "),
    isoTime(m.until).slice(0, 16),
    m.by,
    m.origin,
    m.reason,
  ]);
  return [{ kind: "table", columns: COLUMNS, rows, indent: 2 }];
}
