import { OPERATIONS, STATE_OPERATIONS } from "../../app/operations/registry.ts";
import { EVENT_FAMILIES } from "../../domain/event.ts";
import { hostProblem } from "../../domain/anomaly-filter.ts";
import { AUDIT_KINDS } from "../../domain/kinds/audit.ts";
import { ANOMALY_KINDS } from "../../domain/kinds/catalogue.ts";
import { HEALTH_KINDS } from "../../domain/kinds/health.ts";
import { OBSERVATION_KINDS } from "../../domain/kinds/observation.ts";
import { ok } from "../../lib/result.ts";
import { eventText } from "../../report/text/event.ts";
import { EXIT, EXITS } from "../exit-codes.ts";
import { helpEnd } from "../help.ts";
import { type CommandIo, complain, type GlobalOptions, say } from "../io.ts";
import { momentBefore, wholeNumber, wordsOf } from "../option-values.ts";
import { wantsJson } from "../print-result.ts";
import { layOut } from "../terminal/layout.ts";
import { pageOf } from "../terminal/page.ts";
import { type CommandHost, onState, usage } from "./command.ts";

interface EventsOptions extends GlobalOptions {
  readonly follow?: boolean;
  readonly since?: number;
  readonly last?: number;
  readonly family?: readonly string[];
  readonly severity?: readonly string[];
  readonly kind?: readonly string[];
  readonly host?: string;
}

const SEVERITIES = ["critical", "high", "medium", "low"];
const KINDS = [...ANOMALY_KINDS, ...HEALTH_KINDS, ...AUDIT_KINDS, ...OBSERVATION_KINDS];
/** The inventory is most of all events, and tells of nothing new. */
const FAMILIES = EVENT_FAMILIES.filter((family) => family !== "observation");
const USUAL = 20;

const EXAMPLES = helpEnd({
  exits: { ...EXITS.state, [EXIT.interrupted]: "ended by Ctrl-C (143 by SIGTERM)" },
  examples: [
    ["tripline events --follow", "what happens from now on"],
    ["tripline events --follow --severity critical,high --host 10.20.0.0/24", "and only what is urgent there"],
    ["tripline events --since 24h --kind port-opened --json", "a day of open ports as NDJSON"],
  ],
  note: "They are read from the queue of the state, beside a running agent: delivered events are kept for 7 days, those of the inventory for one.",
});

/** `tripline events`: the ECS events as every output gets them, past ones and those to come. */
export function addEvents(host: CommandHost): void {
  host.program
    .command("events")
    .description(
      "the events that outputs get: the newest, or with --follow those to come; --json prints them as NDJSON",
    )
    .option("--follow", "also show events to come, until Ctrl-C")
    .option("--since <time>", "only events since then: 24h, or 2027-03-01", momentBefore(host.runtime.clock))
    .option("--last <n>", `only the newest n (${USUAL}; with --follow none, with --since all)`, wholeNumber)
    .option("--family <list>", "anomaly, scan, audit, observation (all but the last)", wordsOf(EVENT_FAMILIES))
    .option("--severity <list>", "only these, such as critical,high", wordsOf(SEVERITIES))
    .option("--kind <list>", "only these kinds (event.action), such as port-opened", wordsOf(KINDS))
    .option("--host <host>", "only about this address, network (CIDR) or name")
    .addHelpText("after", EXAMPLES)
    .action(async (_: unknown, command: { optsWithGlobals(): EventsOptions }) =>
      host.done(await events(host, command.optsWithGlobals())),
    );
}

async function events({ io, runtime }: CommandHost, options: EventsOptions): Promise<number> {
  const { follow = false, host = null, output } = options;
  const problem = host === null ? null : hostProblem(host);
  if (problem !== null) return usage(io, `--host takes an address, a network or a name, got "${host}": ${problem}`);
  if (output !== undefined) return usage(io, "events are written to standard output: tripline events --json > FILE");
  return onState({ io, runtime, globals: options }, async (desk) => {
    const { during, left } = untilNobodyReads(io);
    if (follow && options.quiet !== true && !(await OPERATIONS.agentWorks.run(desk, {}, during)))
      complain(io, NO_AGENT);
    const found = await STATE_OPERATIONS.events.run(desk, wishOf(options), during);
    if (!found.ok) return found;
    for await (const event of found.value) say(io, lineOf(io, options, event));
    return ok(io.signal.aborted && !left() ? EXIT.interrupted : EXIT.done);
  });
}

const NO_AGENT = "tripline: no agent runs on this state; events come when somebody scans (tripline run, tripline scan)";

function wishOf(options: EventsOptions) {
  const { follow = false, since = null, family, kind, severity = null, host = null } = options;
  const last = options.last ?? (since !== null ? null : follow ? 0 : USUAL);
  const asked = EVENT_FAMILIES.filter((one) => family?.includes(one) ?? isUsual(one, kind));
  return { families: asked, severity, kind: kind ?? null, host, since, last, follow };
}

/** Whoever names a kind of the inventory wants the inventory. */
function isUsual(family: string, kind: readonly string[] | undefined): boolean {
  return (
    FAMILIES.some((one) => one === family) || kind?.some((one) => OBSERVATION_KINDS.some((a) => a === one)) === true
  );
}

function lineOf(io: CommandIo, options: EventsOptions, { body, severity }: Shown): string {
  return wantsJson(options) ? body : layOut([eventText(body, severity)], pageOf(io, options));
}

interface Shown {
  readonly body: string;
  readonly severity: string | null;
}

/** Ends with the signal, and as soon as the reader of the pipe has left. */
function untilNobodyReads(io: CommandIo) {
  const gone = new AbortController();
  io.stdout.once("error", () => gone.abort());
  io.stdout.once("close", () => gone.abort());
  return { during: { signal: AbortSignal.any([io.signal, gone.signal]) }, left: () => gone.signal.aborted };
}
