import { stateHolder } from "../../app/wiring.ts";
import { segmentMature } from "../../domain/maturity.ts";
import type { AuditEntry } from "../../domain/event.ts";
import type { CycleRecord } from "../../domain/ports/stores.ts";
import { ok } from "../../lib/result.ts";
import { formatDuration, isoTime, wallClock } from "../../lib/time.ts";
import type { LockHolder } from "../../store/lock.ts";
import { EXIT, helpEnd } from "../exit-codes.ts";
import { type GlobalOptions } from "../io.ts";
import { printResult } from "../print-result.ts";
import { table } from "../render/table.ts";
import { type CommandHost, onState, type StateWork } from "./command.ts";

const EXAMPLES = `${helpEnd("tripline status", "tripline status --quiet && echo alive")}
  3 here: no agent runs or it is stopped; without --quiet also: the last scan failed or was degraded, an output is
  stopped, a changed configuration was rejected. 78: there is no state. With --quiet nothing is printed.`;

/** `tripline status`: agent, last scan, maturity, outputs with a reason when one is not well. */
export function addStatus(host: CommandHost): void {
  const { program, done } = host;
  program
    .command("status")
    .description("how the agent, the last scan and the outputs are; exit 3 when no agent runs or something is not well")
    .addHelpText("after", EXAMPLES)
    .action(async (_: unknown, command: { optsWithGlobals(): GlobalOptions }) =>
      done(await status(host, command.optsWithGlobals())),
    );
}

/** `--quiet` asks one thing: does an agent work? An output that is down is no reason to start it anew. */
function status({ io }: CommandHost, options: GlobalOptions): Promise<number> {
  return onState({ io, globals: options, access: "read" }, async (state) => {
    if (options.quiet === true)
      return ok(notWorking(stateHolder(state.stateDirectory)) === null ? EXIT.done : EXIT.partial);
    const found = await gather(state);
    printResult(io, options, { data: found, text: () => text(found) });
    return ok(found.notWell.length === 0 ? EXIT.done : EXIT.partial);
  });
}

/** Why no agent works on the state; null: one does. */
function notWorking(holder: LockHolder | null): string | null {
  if (holder?.role !== "agent") return "no agent runs";
  return holder.stopped ? "the agent is stopped and does nothing until SIGCONT" : null;
}

/** Operators cannot write while an agent runs, so what it said about its configuration is among the newest. */
const AUDIT_LOOK_BACK = 50;

/** What the running agent said last about a changed configuration; null: the newest one is in force. */
function rejectedConfig(audit: readonly AuditEntry[], since: number | null) {
  const last = audit.find((entry) => entry.kind === "config-loaded" || entry.kind === "config-rejected");
  if (since === null || last === undefined || last.kind === "config-loaded" || last.at < since) return null;
  return { at: isoTime(last.at), reason: last.reason };
}

async function gather({ loaded, stateDirectory, store }: StateWork) {
  const { segment, baseline: settings } = loaded.config;
  const holder = stateHolder(stateDirectory);
  const agent = holder?.role === "agent" ? { pid: holder.pid, since: holder.since, stopped: holder.stopped } : null;
  const baseline = await store.cycles.loadBaseline(segment);
  const open = await store.history.anomalies({ segment, states: ["open"], since: null });
  const rule = { scans: settings.learn.scans, atLeastMs: settings.learn.at_least };
  const found = {
    segment,
    agent,
    /** A command that works on the state just now. */
    busy: holder?.role === "command" ? { pid: holder.pid, since: holder.since } : null,
    rejectedConfig: rejectedConfig(await store.history.audit(AUDIT_LOOK_BACK), agent?.since ?? null),
    lastScan: shownScan(await store.history.lastCycle(segment)),
    baseline: {
      mature: segmentMature(baseline, rule, wallClock()),
      scans: baseline.scans,
      needed: rule.scans,
      hosts: baseline.hosts.size,
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
  return { ...found, notWell: reasonsNotWell(notWorking(holder), found) };
}

function shownScan(last: CycleRecord | null) {
  if (last === null) return null;
  const end = last.endedAt ?? last.startedAt;
  const reason = last.summary?.reason ?? last.vantage?.reason ?? null;
  return { at: isoTime(end), state: last.state, took: formatDuration(end - last.startedAt), reason };
}

interface Shown {
  readonly rejectedConfig: unknown;
  readonly lastScan: ReturnType<typeof shownScan>;
  readonly outputs: readonly { readonly name: string; readonly state: string }[];
}

/** Everything that makes the exit code 3; empty: all is well. */
function reasonsNotWell(
  agent: string | null,
  { rejectedConfig: rejected, lastScan, outputs }: Shown,
): readonly string[] {
  const bad = lastScan !== null && (lastScan.state === "failed" || lastScan.state === "degraded");
  return [
    ...(agent === null ? [] : [agent]),
    ...(rejected === null ? [] : ["a changed configuration was rejected"]),
    ...(bad ? [`the last scan is ${lastScan.state}`] : []),
    ...outputs.filter((o) => o.state === "stopped").map((o) => `output ${o.name} is stopped`),
  ];
}

type Found = Awaited<ReturnType<typeof gather>>;

function agentText({ agent, busy }: Found): string {
  if (agent !== null)
    return `${agent.stopped ? "stopped (SIGSTOP); it does nothing until SIGCONT" : "running"}, pid ${agent.pid ?? "unknown"}`;
  return busy === null ? "not running" : `not running; a command works on the state, pid ${busy.pid ?? "unknown"}`;
}

function text(found: Found): string {
  const { lastScan, baseline, rejectedConfig: rejected, notWell } = found;
  const rows = [
    ["agent", agentText(found)],
    ...(rejected === null
      ? []
      : [["configuration", `rejected ${rejected.at}, the former one is in force — ${rejected.reason}`]]),
    [
      "last scan",
      lastScan === null
        ? "never"
        : `${lastScan.at}, ${lastScan.state}, ${lastScan.took}${lastScan.reason === null ? "" : ` — ${lastScan.reason}`}`,
    ],
    [
      "baseline",
      `${baseline.mature ? "mature" : "learning"}, ${baseline.scans} of ${baseline.needed} scans, ${baseline.hosts} hosts`,
    ],
    ["anomalies", `${found.openAnomalies} open`],
    ...found.outputs.map((o) => [
      `output ${o.name}`,
      `${o.state}, ${o.waiting} waiting, ${o.dead} dead${o.reason === null ? "" : ` — ${o.reason}`}`,
    ]),
    ...(notWell.length === 0 ? [] : [["not well", notWell.join("; ")]]),
  ];
  return `${found.segment}\n${table(rows)}`;
}
