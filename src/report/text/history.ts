import { HOST_FIELDS, isHostField } from "../../domain/fields/host.ts";
import { isPortField, PORT_FIELDS } from "../../domain/fields/port.ts";
import type { Span } from "../../domain/host-history.ts";
import { clip } from "../../domain/words.ts";
import { isoTime } from "../../lib/time.ts";
import type { HistoryView } from "../model/history.ts";
import type { ScanRef } from "../model/scans.ts";
import { type Block, counted, GAP, key, labelled, lines, spare, text, type TextDocument } from "./document.ts";

const COLUMNS = [key("PORT"), key("WHAT"), text("VALUE", 20), key("FROM"), key("UNTIL"), spare("SCANS")];
const ANOMALIES = [key("ANOMALY"), key("WHAT"), key("STATE"), key("FROM"), spare("ID")];

/** Values with the time in which they held. Of a whole host only what it is now and what has changed: a port has the rest. */
export function historyText(view: HistoryView): TextDocument {
  const shown = view.port === null ? view.spans.filter((span) => isNews(span, view.spans)) : view.spans;
  return [
    lines(
      `${view.address}${view.name === null ? "" : ` ${clip(view.name)}`}${view.port === null ? "" : ` ${view.port}`}`,
    ),
    labelled([
      ["segment", view.segment],
      ["scans", scansText(view)],
      ...(shown.some(({ comparable }) => !comparable) ? [["note", INCOMPARABLE] as const] : []),
    ]),
    ...table(shown, view.spans),
    ...anomalies(view),
  ];
}

const INCOMPARABLE = "* measured in another way than before, so the host itself may not have changed";

function scansText({ scans }: HistoryView): string {
  if (scans === null) return "none is kept (store.keep_raw)";
  return `${counted(scans.count, "scan is", "scans are")} kept, from ${isoTime(scans.first.startedAt)} to ${isoTime(scans.last.startedAt)}`;
}

/** The state of everything, and each field that had more than one value. */
function isNews({ port, field }: Span<ScanRef>, all: readonly Span<ScanRef>[]): boolean {
  return field === "state" || all.filter((one) => one.port === port && one.field === field).length > 1;
}

function table(spans: readonly Span<ScanRef>[], all: readonly Span<ScanRef>[]): readonly Block[] {
  if (spans.length === 0) return [GAP, lines("no scan that is kept has seen it")];
  const rows = spans.map((span) => [
    span.port ?? "host",
    span.field,
    `${clip([valueText(span), ...serviceOf(span, all)].join(" "))}${span.comparable ? "" : " *"}`,
    minute(span.from),
    span.until === null ? "now" : minute(span.until),
    String(span.scans),
  ]);
  return [GAP, { kind: "table", columns: COLUMNS, rows, indent: 2 }];
}

/** What answered on an open port when it was seen there last. */
function serviceOf(
  { field, value, port, from, seen }: Span<ScanRef>,
  all: readonly Span<ScanRef>[],
): readonly string[] {
  if (field !== "state" || value !== "open") return [];
  const during = all.filter(
    (one) => one.port === port && one.from.startedAt <= seen.startedAt && one.seen.startedAt >= from.startedAt,
  );
  return (["service", "product", "version"] as const).flatMap(
    (name) => during.findLast((one) => one.field === name)?.value ?? [],
  );
}

function valueText({ field, value }: Span<ScanRef>): string {
  if (isPortField(field)) return PORT_FIELDS[field].text(value);
  return isHostField(field) ? HOST_FIELDS[field].text(value) : value;
}

function anomalies({ anomalies: found }: HistoryView): readonly Block[] {
  if (found.length === 0) return [];
  const rows = found.map(({ id, kind, subject, state, firstSeen }) => [
    kind,
    clip(subject),
    state,
    `${isoTime(firstSeen).slice(0, 16)}Z`,
    id,
  ]);
  return [GAP, { kind: "table", columns: ANOMALIES, rows, indent: 2 }];
}

/** Scans are minutes apart at least. */
function minute({ startedAt }: ScanRef): string {
  return `${isoTime(startedAt).slice(0, 16)}Z`;
}
