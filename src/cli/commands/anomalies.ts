import { STATE_OPERATIONS } from "../../app/operations/registry.ts";
import { ok } from "../../lib/result.ts";
import { parseDuration } from "../../lib/time.ts";
import { sortedAnomalies } from "../../report/model/anomaly.ts";
import { EXIT, EXITS } from "../exit-codes.ts";
import { helpEnd } from "../help.ts";
import { type GlobalOptions } from "../io.ts";
import { printView } from "../print-result.ts";
import { type CommandHost, onState, usage } from "./command.ts";

interface ListOptions extends GlobalOptions {
  readonly since?: string;
  readonly all?: boolean;
}

const EXAMPLES = helpEnd({
  exits: EXITS.state,
  examples: ["tripline anomalies list --since 24h", "tripline anomalies show kaajroxe"],
});

/** `tripline anomalies list | show ID` and `tripline explain ID`. Reads only; works while an agent runs. */
export function addAnomalies(host: CommandHost): void {
  const { program, done } = host;
  const anomalies = program
    .command("anomalies")
    .description("what deviates from normal")
    .addHelpText("after", EXAMPLES);
  anomalies
    .command("list")
    .description("open anomalies, worst first; with --all, resolved, accepted and muted ones too")
    .option("--since <duration>", "only those seen within this time, such as 24h")
    .option("--all", "anomalies in any state")
    .addHelpText(
      "after",
      helpEnd({
        exits: EXITS.state,
        examples: ["tripline anomalies list --since 24h", "tripline anomalies list --all --json"],
      }),
    )
    .action(async (_: unknown, command: { optsWithGlobals(): ListOptions }) =>
      done(await list(host, command.optsWithGlobals())),
    );
  anomalies
    .command("show <id>")
    .description("one anomaly as JSON; the first characters of the id are enough")
    .addHelpText(
      "after",
      helpEnd({
        exits: EXITS.state,
        examples: ["tripline anomalies show kaajroxe", "tripline anomalies show kaajroxe -o anomaly.json"],
      }),
    )
    .action(async (id: string, _: unknown, command: { optsWithGlobals(): GlobalOptions }) =>
      done(await show(host, command.optsWithGlobals(), id)),
    );
  program
    .command("explain <id>")
    .description("why an anomaly was raised: evidence, score, what to check, how to silence it")
    .addHelpText(
      "after",
      helpEnd({ exits: EXITS.state, examples: ["tripline explain kaajroxe", "tripline explain kaajroxe --json"] }),
    )
    .action(async (id: string, _: unknown, command: { optsWithGlobals(): GlobalOptions }) =>
      done(await explain(host, command.optsWithGlobals(), id)),
    );
}

async function list({ io, runtime }: CommandHost, options: ListOptions): Promise<number> {
  const span = options.since === undefined ? null : parseDuration(options.since);
  if (options.since !== undefined && span === null)
    return usage(io, `--since takes a duration like 24h, got "${options.since}"`);
  return onState({ io, runtime, globals: options }, async ({ loaded, store }) => {
    const states = options.all === true ? null : ["open"];
    const since = span === null ? null : runtime.clock.now() - span;
    const found = await store.history.anomalies({ segment: loaded.config.segment, states, since });
    printView(io, options, { kind: "anomalies", anomalies: sortedAnomalies(found) });
    return ok(EXIT.done);
  });
}

function show({ io, runtime }: CommandHost, options: GlobalOptions, id: string): Promise<number> {
  return onState({ io, runtime, globals: options }, async (desk) => {
    const anomaly = await STATE_OPERATIONS.anomaly.run(desk, { id }, { signal: io.signal });
    if (!anomaly.ok) return anomaly;
    printView(io, options, { kind: "anomaly", anomaly: anomaly.value });
    return ok(EXIT.done);
  });
}

function explain({ io, runtime }: CommandHost, options: GlobalOptions, id: string): Promise<number> {
  return onState({ io, runtime, globals: options }, async (desk) => {
    const explanation = await STATE_OPERATIONS.explainAnomaly.run(desk, { id }, { signal: io.signal });
    if (!explanation.ok) return explanation;
    printView(io, options, { kind: "explanation", explanation: explanation.value });
    return ok(EXIT.done);
  });
}
