import { shownAnomaly } from "../model/anomaly.ts";
import { perView, type PerView, type View } from "../model/view.ts";
import { anomaliesText } from "./anomalies.ts";
import { baselineText } from "./baseline.ts";
import { baselineDiffText } from "./baseline-diff.ts";
import { doctorText } from "./doctor.ts";
import { type TextDocument, verbatim } from "./document.ts";
import { driftText } from "./drift.ts";
import { dryRunText } from "./dry-run.ts";
import { explanationText } from "./explanation.ts";
import { hostsText } from "./hosts.ts";
import { changesText } from "./changes.ts";
import { muteCheckText } from "./mute-check.ts";
import { mutesText } from "./mutes.ts";
import { deadLettersText, outboxText } from "./outbox.ts";
import { historyText } from "./history.ts";
import { scanDiffText } from "./scan-diff.ts";
import { scansText } from "./scans.ts";
import { scanText } from "./scan.ts";
import { statusText } from "./status.ts";

const TEXTS: PerView<TextDocument> = {
  scan: scanText,
  status: statusText,
  anomalies: ({ anomalies }) => anomaliesText(anomalies),
  anomaly: (view) => [verbatim(JSON.stringify(shownAnomaly(view), null, 2))],
  explanation: ({ explanation }) => explanationText(explanation),
  hosts: hostsText,
  drift: driftText,
  baseline: baselineText,
  "baseline-diff": baselineDiffText,
  scans: scansText,
  "scan-diff": scanDiffText,
  history: historyText,
  mutes: ({ mutes }) => mutesText(mutes),
  changes: ({ changes }) => changesText(changes),
  "mute-check": muteCheckText,
  outbox: ({ outbox }) => outboxText(outbox),
  "dead-letters": ({ letters }) => deadLettersText(letters),
  doctor: ({ checks }) => doctorText(checks),
  "dry-run": ({ plan }) => dryRunText(plan),
};

/** Every view for people: blocks that a page of any width can hold. */
export function textOf(view: View): TextDocument {
  return perView(TEXTS, view);
}
