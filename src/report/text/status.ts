import type { ShownOutput, ShownScan, StatusView } from "../model/status.ts";
import { safeText } from "./safe.ts";
import { counted, labelled, lines, type TextDocument } from "./document.ts";

export function statusText(view: StatusView): TextDocument {
  const { baseline, rejectedConfig: rejected, notWell } = view;
  return [
    lines(view.segment),
    labelled([
      ["agent", agentText(view)],
      ...(view.control === null ? [] : ([["control", controlText(view.control)]] as const)),
      ...(rejected === null
        ? []
        : ([
            ["configuration", `rejected ${rejected.at}, the previous one is in effect — ${rejected.reason}`],
          ] as const)),
      ["last scan", scanText(view.lastScan)],
      ["baseline", baselineText(baseline)],
      ...(baseline.safe === undefined ? [] : ([["learning", safeText(baseline.safe)]] as const)),
      ["anomalies", `${view.openAnomalies} open`],
      ...(mutesText(view.mutes) === null ? [] : ([["mutes", mutesText(view.mutes) ?? ""]] as const)),
      ...(view.verdicts.length === 0 ? [] : ([["closed", verdictsText(view.verdicts)]] as const)),
      ...view.outputs.map((output) => [`output ${output.name}`, outputText(output)] as const),
      ...(notWell.length === 0 ? [] : ([["problems", notWell.join("; ")]] as const)),
    ]),
  ];
}

function agentText({ agent, busy }: StatusView): string {
  if (agent !== null)
    return `${agent.stopped ? "stopped (SIGSTOP); it does nothing until SIGCONT" : "running"}, pid ${agent.pid ?? "unknown"}`;
  return busy === null ? "not running" : `not running; a command works on the state, pid ${busy.pid ?? "unknown"}`;
}

function controlText({ socket, reason }: NonNullable<StatusView["control"]>): string {
  return socket ?? `none; commands that change something are refused — ${reason ?? "the log of the agent says why"}`;
}

function scanText(scan: ShownScan | null): string {
  if (scan === null) return "never";
  return `${scan.at}, ${scan.state}, ${scan.took}${scan.reason === null ? "" : ` — ${scan.reason}`}`;
}

function baselineText({ mature, scans, needed, hosts, safe }: StatusView["baseline"]): string {
  const known = counted(hosts, "host", "hosts");
  const which = safe === undefined ? "scans" : "safe scans";
  return mature
    ? `mature: changes are anomalies (${counted(scans, "scan", "scans")} learned, ${known})`
    : `learning: nothing alerts yet (${scans} of ${needed} ${which} learned, ${known})`;
}

/** Only where somebody should do something. */
function mutesText({ total, dead, expired, wide }: StatusView["mutes"]): string | null {
  const wrong = [
    ...(dead === 0 ? [] : [`${dead} dead`]),
    ...(expired === 0 ? [] : [`${expired} expired`]),
    ...(wide === 0 ? [] : [`${wide} too wide`]),
  ];
  return wrong.length === 0 ? null : `${wrong.join(", ")} of ${total}: tripline mute check`;
}

/** `30 days: 3 of 4 real (port-opened 3 of 3, banner-changed 0 of 1)`. */
function verdictsText(verdicts: StatusView["verdicts"]): string {
  const share = (real: number, normal: number) => `${real} of ${real + normal}`;
  const [real, normal] = [verdicts.map((one) => one.real), verdicts.map((one) => one.normal)].map(sum);
  const kinds = verdicts.map((one) => `${one.kind} ${share(one.real, one.normal)}`).join(", ");
  return `${share(real ?? 0, normal ?? 0)} real in the last 30 days (${kinds})`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}

function outputText({ state, waiting, dead, reason }: ShownOutput): string {
  return `${state}, ${waiting} waiting, ${dead} refused${reason === null ? "" : ` — ${reason}`}`;
}
