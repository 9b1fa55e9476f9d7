import { agentHolding } from "../../app/wiring.ts";
import { segmentMature } from "../../domain/maturity.ts";
import type { AuditEntry } from "../../domain/event.ts";
import { ok } from "../../lib/result.ts";
import { formatDuration, isoTime, wallClock } from "../../lib/time.ts";
import { EXIT, helpEnd } from "../exit-codes.ts";
import { type GlobalOptions } from "../io.ts";
import { printResult } from "../print-result.ts";
import { table } from "../render/table.ts";
import { type CommandHost, onState, type StateWork } from "./command.ts";

const EXAMPLES = helpEnd("tripline status", "tripline status --quiet && echo alive");

/** `tripline status`: agent, last scan, maturity, outputs with a reason when one is not well. */
export function addStatus(host: CommandHost): void {
  const { program, done } = host;
  program
    .command("status")
    .description("how the agent, the last scan and the outputs are; exit 3 when something is degraded")
    .addHelpText("after", EXAMPLES)
    .action(async (_: unknown, command: { optsWithGlobals(): GlobalOptions }) =>
      done(await status(host, command.optsWithGlobals())),
    );
}

function status({ io }: CommandHost, options: GlobalOptions): Promise<number> {
  return onState({ io, globals: options, access: "read" }, async (state) => {
    const found = await gather(state);
    if (options.quiet !== true) printResult(io, options, { data: found, text: () => text(found) });
    const stopped = found.outputs.some((output) => output.state === "stopped");
    const bad = found.lastScan !== null && (found.lastScan.state === "failed" || found.lastScan.state === "degraded");
    return ok(options.quiet !== true && (stopped || bad || found.rejectedConfig !== null) ? EXIT.partial : EXIT.done);
  });
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
  const agent = agentHolding(stateDirectory);
  const baseline = await store.cycles.loadBaseline(segment);
  const last = await store.history.lastCycle(segment);
  const open = await store.history.anomalies({ segment, states: ["open"], since: null });
  const outbox = await store.outbox.status();
  const rule = { scans: settings.learn.scans, atLeastMs: settings.learn.at_least };
  return {
    segment,
    agent,
    rejectedConfig: rejectedConfig(await store.history.audit(AUDIT_LOOK_BACK), agent?.since ?? null),
    lastScan:
      last === null
        ? null
        : {
            at: isoTime(last.endedAt ?? last.startedAt),
            state: last.state,
            took: formatDuration((last.endedAt ?? last.startedAt) - last.startedAt),
            reason: last.summary?.reason ?? last.vantage?.reason ?? null,
          },
    baseline: {
      mature: segmentMature(baseline, rule, wallClock()),
      scans: baseline.scans,
      needed: rule.scans,
      hosts: baseline.hosts.size,
    },
    openAnomalies: open.length,
    outputs: outbox.sinks.map((s) => ({
      name: s.name,
      state: s.state,
      waiting: s.pending,
      dead: s.deadLetters,
      reason: s.reason,
    })),
  };
}

function text(found: Awaited<ReturnType<typeof gather>>): string {
  const { agent, lastScan, baseline, rejectedConfig: rejected } = found;
  const rows = [
    ["agent", agent === null ? "not running" : `running, pid ${agent.pid ?? "unknown"}`],
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
  ];
  return `${found.segment}\n${table(rows)}`;
}
