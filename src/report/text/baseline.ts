import type { BaselineView } from "../model/baseline.ts";
import { counted, labelled, lines, type TextDocument } from "./document.ts";
import { safeText } from "./safe.ts";

export function baselineText(view: BaselineView): TextDocument {
  const state = view.mature ? "mature: changes are anomalies" : "learning: changes are shown, nothing alerts";
  return [
    lines(`${view.segment}  ${state}`),
    labelled([
      [
        "learned",
        `${view.scans} of ${view.scansNeeded} scans, at least ${view.timeNeeded}; since ${view.since ?? "never"}`,
      ],
      ...(view.safe === undefined ? [] : ([["learning", safeText(view.safe)]] as const)),
      ["last scan", `${view.lastScan ?? "never"}, vantage ${view.vantage}`],
      ["normal", `${counted(view.hosts, "host", "hosts")} with ${counted(view.openPorts, "open port", "open ports")}`],
    ]),
  ];
}
