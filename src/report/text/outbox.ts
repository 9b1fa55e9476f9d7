import type { DeadLetter, OutboxStatus } from "../../domain/ports/outbox.ts";
import { isoTime } from "../../lib/time.ts";
import { extra, key, lines, type TextDocument, text } from "./document.ts";

const OUTPUTS = [key("OUTPUT"), key("STATE"), key("WAITING"), key("REFUSED"), extra("LAST OK"), text("REASON")];
const LETTERS = [key("OUTPUT"), key("EVENT"), extra("FAMILY"), extra("AT"), text("REASON")];

export function outboxText(found: OutboxStatus): TextDocument {
  const rows = found.sinks.map((s) => [
    s.name === s.kind ? s.name : `${s.name} (${s.kind})`,
    s.state,
    String(s.pending),
    String(s.deadLetters),
    s.lastOkAt === null ? "never" : isoTime(s.lastOkAt),
    s.reason ?? "",
  ]);
  return [
    lines(`${found.rows} events stored, newest number ${found.lastSeq}`),
    { kind: "table", columns: OUTPUTS, rows, indent: 2 },
  ];
}

export function deadLettersText(letters: readonly DeadLetter[]): TextDocument {
  if (letters.length === 0) return [lines("no dead letters")];
  const rows = letters.map((l) => [l.sink, l.eventId, l.family, isoTime(l.at), `${l.reason.slug}: ${l.reason.text}`]);
  return [{ kind: "table", columns: LETTERS, rows, indent: 2 }];
}
