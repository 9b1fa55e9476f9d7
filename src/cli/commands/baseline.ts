import { acceptOne, learnAgain } from "../../app/operations/operator.ts";
import { anomalyByPrefix } from "../../app/operations/on-state.ts";
import { segmentMature } from "../../domain/maturity.ts";
import { ok } from "../../lib/result.ts";
import { formatDuration, isoTime, wallClock } from "../../lib/time.ts";
import { EXIT, helpEnd } from "../exit-codes.ts";
import { type GlobalOptions, say } from "../io.ts";
import { printResult } from "../print-result.ts";
import { type CommandHost, onState, usage } from "./command.ts";

interface OperatorOptions extends GlobalOptions {
  readonly reason?: string;
  readonly by?: string;
}

const EXAMPLES = helpEnd(
  "tripline baseline show",
  `tripline baseline accept kaajroxe --reason "CHG-4711" --by m.analyst`,
);

/** `tripline baseline show | accept ID | learn` */
export function addBaseline(host: CommandHost): void {
  const { program, done } = host;
  const baseline = program
    .command("baseline")
    .description("what is normal in this segment")
    .addHelpText("after", EXAMPLES);
  baseline
    .command("show")
    .description("how much is learned, and whether changes are judged yet")
    .addHelpText("after", helpEnd("tripline baseline show", "tripline baseline show --json"))
    .action(async (_: unknown, command: { optsWithGlobals(): GlobalOptions }) =>
      done(await show(host, command.optsWithGlobals())),
    );
  baseline
    .command("accept <id>")
    .description("this is normal now: the anomaly closes and its value becomes the reference")
    .option("--reason <text>", "why (required)")
    .option("--by <name>", "who decides (required)")
    .addHelpText(
      "after",
      helpEnd(
        `tripline baseline accept kaajroxe --reason "CHG-4711" --by m.analyst`,
        `tripline baseline accept mbw5t4qd --reason "new mail relay" --by soc`,
      ),
    )
    .action(async (id: string, _: unknown, command: { optsWithGlobals(): OperatorOptions }) =>
      done(await accept(host, command.optsWithGlobals(), id)),
    );
  baseline
    .command("learn")
    .description("forget what is normal and learn anew from the next scan")
    .option("--reason <text>", "why (required)")
    .option("--by <name>", "who decides (required)")
    .addHelpText(
      "after",
      helpEnd(
        `tripline baseline learn --reason "rack 4 decommissioned" --by net-team`,
        `tripline baseline learn -c dmz.yaml --reason "moved to another switch" --by net-team`,
      ),
    )
    .action(async (_: unknown, command: { optsWithGlobals(): OperatorOptions }) =>
      done(await learn(host, command.optsWithGlobals())),
    );
}

function show({ io }: CommandHost, options: GlobalOptions): Promise<number> {
  return onState({ io, globals: options, access: "read" }, async ({ loaded, store }) => {
    const { segment, baseline: settings } = loaded.config;
    const baseline = await store.cycles.loadBaseline(segment);
    const rule = { scans: settings.learn.scans, atLeastMs: settings.learn.at_least };
    const hosts = [...baseline.hosts.values()];
    const ports = hosts.flatMap((h) => [...h.ports.values()]).filter((p) => p.reference === "open");
    const summary = {
      segment,
      mature: segmentMature(baseline, rule, wallClock()),
      scans: baseline.scans,
      scansNeeded: rule.scans,
      timeNeeded: formatDuration(rule.atLeastMs),
      since: baseline.startedAt === null ? null : isoTime(baseline.startedAt),
      lastScan: baseline.lastScanAt === null ? null : isoTime(baseline.lastScanAt),
      vantage: baseline.vantage.state,
      hosts: hosts.length,
      openPorts: ports.length,
    };
    printResult(io, options, { data: summary, text: () => showText(summary) });
    return ok(EXIT.done);
  });
}

function showText(s: {
  segment: string;
  mature: boolean;
  scans: number;
  scansNeeded: number;
  timeNeeded: string;
  since: string | null;
  lastScan: string | null;
  hosts: number;
  openPorts: number;
  vantage: string;
}): string {
  const state = s.mature ? "mature: changes are anomalies" : "learning: changes are shown, nothing alerts";
  return [
    `${s.segment}  ${state}`,
    `  learned   ${s.scans} of ${s.scansNeeded} scans, at least ${s.timeNeeded}; since ${s.since ?? "never"}`,
    `  last scan ${s.lastScan ?? "never"}, vantage ${s.vantage}`,
    `  normal    ${s.hosts} hosts with ${s.openPorts} open ports`,
  ].join("\n");
}

function accept({ io }: CommandHost, options: OperatorOptions, id: string): Promise<number> {
  const { reason, by } = options;
  if (reason === undefined || by === undefined)
    return Promise.resolve(usage(io, "baseline accept needs --reason and --by: who decided, and why"));
  return onState({ io, globals: options, access: "write" }, async ({ loaded, store }) => {
    const anomaly = await anomalyByPrefix(store, loaded.config.segment, id);
    if (!anomaly.ok) return anomaly;
    await acceptOne({ store, loaded, operator: { reason, by } }, anomaly.value);
    say(io, `accepted ${anomaly.value.id}: ${anomaly.value.kind} is normal now. Its events wait in the outbox.`);
    return ok(EXIT.done);
  });
}

function learn({ io }: CommandHost, options: OperatorOptions): Promise<number> {
  const { reason, by } = options;
  if (reason === undefined || by === undefined)
    return Promise.resolve(usage(io, "baseline learn needs --reason and --by: who decided, and why"));
  return onState({ io, globals: options, access: "write" }, async ({ loaded, store }) => {
    await learnAgain({ store, loaded, operator: { reason, by } });
    say(io, `${loaded.config.segment} is learned anew from the next scan.`);
    return ok(EXIT.done);
  });
}
