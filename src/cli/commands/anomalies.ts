import { anomalyJson } from "../../app/scan-json.ts";
import { anomalyByPrefix } from "../../app/operations/on-state.ts";
import type { Anomaly } from "../../domain/anomaly.ts";
import { endpointAt } from "../../domain/network.ts";
import { ok } from "../../lib/result.ts";
import { isoTime, parseDuration, wallClock } from "../../lib/time.ts";
import { explainAnomaly, renderExplain } from "../../score/explain.ts";
import { EXIT, helpEnd } from "../exit-codes.ts";
import { type GlobalOptions } from "../io.ts";
import { printResult } from "../print-result.ts";
import { painter, severityPaint } from "../render/style.ts";
import { cut, table } from "../render/table.ts";
import { type CommandHost, onState, usage } from "./command.ts";

interface ListOptions extends GlobalOptions {
  readonly since?: string;
  readonly all?: boolean;
}

const EXAMPLES = helpEnd("tripline anomalies list --since 24h", "tripline anomalies show kaajroxe");

/** `tripline anomalies list | show ID` and `tripline explain ID`. Reads only; works while an agent runs. */
export function addAnomalies(host: CommandHost): void {
  const { program, done } = host;
  const anomalies = program
    .command("anomalies")
    .description("what deviates from normal")
    .addHelpText("after", EXAMPLES);
  anomalies
    .command("list")
    .description("open anomalies, worst first; --all also resolved, accepted and muted ones")
    .option("--since <duration>", "only those seen within this time, like 24h")
    .option("--all", "in every state")
    .addHelpText("after", helpEnd("tripline anomalies list --since 24h", "tripline anomalies list --all --json"))
    .action(async (_: unknown, command: { optsWithGlobals(): ListOptions }) =>
      done(await list(host, command.optsWithGlobals())),
    );
  anomalies
    .command("show <id>")
    .description("one anomaly as JSON; the first characters of the id suffice")
    .addHelpText(
      "after",
      helpEnd("tripline anomalies show kaajroxe", "tripline anomalies show kaajroxe -o anomaly.json"),
    )
    .action(async (id: string, _: unknown, command: { optsWithGlobals(): GlobalOptions }) =>
      done(await show(host, command.optsWithGlobals(), id)),
    );
  program
    .command("explain <id>")
    .description("why: evidence before and after, the arithmetic of the score, what to check, how to quiet it")
    .addHelpText("after", helpEnd("tripline explain kaajroxe", "tripline explain kaajroxe --json"))
    .action(async (id: string, _: unknown, command: { optsWithGlobals(): GlobalOptions }) =>
      done(await explain(host, command.optsWithGlobals(), id)),
    );
}

async function list({ io }: CommandHost, options: ListOptions): Promise<number> {
  const span = options.since === undefined ? null : parseDuration(options.since);
  if (options.since !== undefined && span === null)
    return usage(io, `--since takes a duration like 24h, got "${options.since}"`);
  return onState({ io, globals: options, access: "read" }, async ({ loaded, store }) => {
    const states = options.all === true ? null : ["open"];
    const since = span === null ? null : wallClock() - span;
    const found = await store.history.anomalies({ segment: loaded.config.segment, states, since });
    const sorted = found.toSorted((a, b) => b.score.value - a.score.value || a.id.localeCompare(b.id));
    printResult(io, options, {
      data: sorted.map((a) => anomalyJson(a, false)),
      text: () => listText(sorted, painter(io, options)),
    });
    return ok(EXIT.done);
  });
}

function listText(anomalies: readonly Anomaly[], paint: ReturnType<typeof painter>): string {
  if (anomalies.length === 0) return "no anomalies";
  const rows = anomalies.map((a) => [
    severityPaint(paint, a.score.band),
    String(a.score.value),
    a.id.slice(0, 8),
    a.state,
    a.kind,
    whereOf(a),
    isoTime(a.lastSeen).slice(0, 16),
    cut(a.message, 90),
  ]);
  return table([["SEV", "SCORE", "ID", "STATE", "WHAT", "WHERE", "LAST SEEN", "MESSAGE"], ...rows]);
}

function whereOf({ host, port }: Anomaly): string {
  if (host === null) return "segment";
  return port === null ? host.address : endpointAt(host.address, port);
}

function show({ io }: CommandHost, options: GlobalOptions, id: string): Promise<number> {
  return onState({ io, globals: options, access: "read" }, async ({ loaded, store }) => {
    const anomaly = await anomalyByPrefix(store, loaded.config.segment, id);
    if (!anomaly.ok) return anomaly;
    printResult(io, options, { data: anomaly.value, text: () => JSON.stringify(anomaly.value, null, 2) });
    return ok(EXIT.done);
  });
}

function explain({ io }: CommandHost, options: GlobalOptions, id: string): Promise<number> {
  return onState({ io, globals: options, access: "read" }, async ({ loaded, store }) => {
    const anomaly = await anomalyByPrefix(store, loaded.config.segment, id);
    if (!anomaly.ok) return anomaly;
    const mutes = await store.cycles.loadMutes();
    const report = explainAnomaly(anomaly.value, { alertAt: loaded.config.score.alert_at, mutes, now: wallClock() });
    printResult(io, options, { data: report, text: () => renderExplain(report) });
    return ok(EXIT.done);
  });
}
