import { isoTime } from "../../lib/time.ts";
import type { ScansView } from "../model/scans.ts";
import { counted, key, lines, spare, type TextDocument } from "./document.ts";

const COLUMNS = [
  key("SCAN"),
  key("STARTED"),
  key("STATE"),
  key("HOSTS"),
  key("PORTS"),
  key("KEPT"),
  spare("PROFILE"),
  spare("ID"),
];

/** The newest first; what is no longer kept cannot be compared or replayed. */
export function scansText({ segment, scans }: ScansView): TextDocument {
  if (scans.length === 0) return [lines("no scan matches: run tripline scan, or widen --since")];
  const rows = scans.map((scan) => [
    String(scan.number),
    isoTime(scan.startedAt),
    scan.state,
    scan.hosts === null ? "—" : String(scan.hosts),
    scan.ports === null ? "—" : String(scan.ports),
    scan.kept ? "yes" : "no",
    scan.profile,
    scan.id,
  ]);
  return [
    lines(`${segment}  ${counted(scans.length, "scan", "scans")}`),
    { kind: "table", columns: COLUMNS, rows, indent: 2 },
  ];
}
