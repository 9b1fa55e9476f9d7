import { shownAnomaly } from "../model/anomaly.ts";
import { perView, type PerView, type View } from "../model/view.ts";
import { anomalyJson } from "./anomaly.ts";
import { driftJson } from "./drift.ts";
import { hostsJson } from "./hosts.ts";
import { withIsoTimes } from "./iso-times.ts";
import { scanJson } from "./scan.ts";
import { withoutKind } from "./without-kind.ts";

const JSONS: PerView<unknown> = {
  scan: scanJson,
  status: withoutKind,
  anomalies: ({ anomalies }) => anomalies.map((anomaly) => anomalyJson(anomaly, false)),
  anomaly: shownAnomaly,
  explanation: ({ explanation }) => explanation,
  hosts: hostsJson,
  drift: driftJson,
  baseline: withoutKind,
  "baseline-diff": withoutKind,
  scans: withoutKind,
  "scan-diff": withoutKind,
  history: withoutKind,
  mutes: ({ mutes }) => mutes,
  changes: ({ changes }) => changes,
  "mute-check": ({ mutes }) => mutes.map(({ mute, ...checked }) => ({ ...mute, ...checked })),
  outbox: ({ outbox }) => outbox,
  "dead-letters": ({ letters }) => letters,
  doctor: ({ checks }) => checks,
  "dry-run": ({ plan }) => plan,
};

/** Every view as data for programs: a stable interface, to which fields are only added. */
export function jsonOf(view: View): unknown {
  return withIsoTimes(perView(JSONS, view));
}
