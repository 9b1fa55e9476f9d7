import type { AuditEntry } from "../../domain/event.ts";
import { countVerdicts, VERDICT_WINDOW_MS } from "../../domain/verdicts.ts";
import { segmentMature } from "../../domain/maturity.ts";
import type { CycleRecord } from "../../domain/ports/stores.ts";
import { readHint } from "../control/hint.ts";
import { formatDuration, isoTime } from "../../lib/time.ts";
import type { ShownScan, StatusView } from "../../report/model/status.ts";
import type { LockHolder } from "../../store/lock.ts";
import type { CheckedMute } from "../../score/life/check-mutes.ts";
import { muteCheck, WIDE_PERCENT } from "./check-mutes.ts";
import type { Desk } from "./operation.ts";
import { shownSafe } from "./safe-view.ts";

/** `tripline status`: agent, last scan, maturity, outputs with a reason when one is not well. Reads only. */
export async function statusOf(desk: Desk): Promise<StatusView> {
  const { runtime, loaded, stateDirectory, store } = desk;
  const { segment, baseline: settings } = loaded.config;
  const holder = runtime.stateHolder(stateDirectory);
  const agent = holder?.role === "agent" ? { pid: holder.pid, since: holder.since, stopped: holder.stopped } : null;
  const baseline = await store.cycles.loadBaseline(segment);
  const open = await store.history.anomalies({ segment, states: ["open"], since: null });
  const verdicts = countVerdicts(await store.history.verdicts(runtime.clock.now() - VERDICT_WINDOW_MS));
  const rule = { scans: settings.learn.scans, atLeastMs: settings.learn.at_least };
  const found = {
    kind: "status" as const,
    segment,
    agent,
    control: agent === null ? null : controlOf(stateDirectory),
    busy: holder?.role === "command" ? { pid: holder.pid, since: holder.since } : null,
    rejectedConfig: rejectedConfig(await store.history.audit(AUDIT_LOOK_BACK), agent?.since ?? null),
    lastScan: shownScan(await store.history.lastCycle(segment)),
    baseline: {
      mature: segmentMature(baseline, rule, runtime.clock.now()),
      scans: baseline.scans,
      needed: rule.scans,
      hosts: baseline.hosts.size,
      ...shownSafe(loaded, runtime.clock.now()),
    },
    openAnomalies: open.length,
    outputs: (await store.outbox.status()).sinks.map((s) => ({
      name: s.name,
      state: s.state,
      waiting: s.pending,
      dead: s.deadLetters,
      reason: s.reason,
    })),
  };
  const mutes = countMutes(await muteCheck(desk, { wide: WIDE_PERCENT }, baseline));
  return { ...found, verdicts, mutes, notWell: reasonsNotWell(notWorking(holder), found) };
}

function countMutes(checked: readonly CheckedMute[]): StatusView["mutes"] {
  const of = (state: CheckedMute["state"]) => checked.filter((one) => one.state === state).length;
  return { total: checked.length, dead: of("dead"), expired: of("expired"), wide: of("wide") };
}

function controlOf(stateDirectory: string): StatusView["control"] {
  const hint = readHint(stateDirectory);
  return hint === null ? null : { socket: hint.socket, reason: hint.reason };
}

/** Asks one thing: does an agent work on this state? An output that is down is no reason to restart it. */
export function agentWorks({ runtime, stateDirectory }: Pick<Desk, "runtime" | "stateDirectory">): boolean {
  return notWorking(runtime.stateHolder(stateDirectory)) === null;
}

/** Why no agent works on the state; null: one does. */
function notWorking(holder: LockHolder | null): string | null {
  if (holder?.role !== "agent") return "no agent runs";
  return holder.stopped ? "the agent is stopped and does nothing until SIGCONT" : null;
}

/** Operators cannot write while an agent runs, so what it said about its configuration is among the newest. */
const AUDIT_LOOK_BACK = 50;

/** What the running agent said last about a changed configuration; null: the newest one is in effect. */
function rejectedConfig(audit: readonly AuditEntry[], since: number | null): StatusView["rejectedConfig"] {
  const last = audit.find((entry) => entry.kind === "config-loaded" || entry.kind === "config-rejected");
  if (since === null || last === undefined || last.kind === "config-loaded" || last.at < since) return null;
  return { at: isoTime(last.at), reason: last.reason };
}

function shownScan(last: CycleRecord | null): ShownScan | null {
  if (last === null) return null;
  const end = last.endedAt ?? last.startedAt;
  const tookMs = end - last.startedAt;
  const reason = last.summary?.reason ?? last.vantage?.reason ?? null;
  return { at: isoTime(end), state: last.state, took: formatDuration(tookMs), reason, tookMs };
}

/** Everything that makes the exit code 3; empty: all is well. */
function reasonsNotWell(
  agent: string | null,
  { rejectedConfig: rejected, lastScan, outputs }: Pick<StatusView, "rejectedConfig" | "lastScan" | "outputs">,
): readonly string[] {
  const bad = lastScan !== null && (lastScan.state === "failed" || lastScan.state === "degraded");
  return [
    ...(agent === null ? [] : [agent]),
    ...(rejected === null ? [] : ["a changed configuration was rejected"]),
    ...(bad ? [`the last scan is ${lastScan.state}`] : []),
    ...outputs.filter((o) => o.state === "stopped").map((o) => `output ${o.name} is stopped`),
  ];
}
