import { isoTime } from "../../lib/time.ts";
import type { MuteCheckView } from "../model/mute-check.ts";
import { extra, key, lines, type TextDocument, text } from "./document.ts";

const COLUMNS = [key("ID"), text("MATCH", 16), key("UNTIL"), key("HIDES"), extra("BY"), extra("FROM"), text("VERDICT")];

export function muteCheckText({ mutes }: MuteCheckView): TextDocument {
  if (mutes.length === 0) return [lines("no mutes")];
  const rows = mutes.map((checked) => [
    checked.mute.id.slice(0, 8),
    Object.entries(checked.mute.match)
      .map(([field, value]) => `${field}=${value}`)
      .join(" "),
    isoTime(checked.mute.until).slice(0, 16),
    String(checked.hides),
    checked.mute.by,
    checked.mute.origin,
    verdictOf(checked),
  ]);
  return [{ kind: "table", columns: COLUMNS, rows, indent: 2 }];
}

function verdictOf({ state, matched, share }: MuteCheckView["mutes"][number]): string {
  const seen = `matched ${matched} in 30 days`;
  switch (state) {
    case "ok":
      return `ok: ${seen}`;
    case "expired":
      return "expired: it hides nothing any more; remove it";
    case "dead":
      return "dead: nothing in 30 days matches it; remove it";
    case "wide":
      return `too wide: ${Math.round(share * 100)} % of the hosts or of the anomalies; ${seen}; narrow it`;
  }
}
