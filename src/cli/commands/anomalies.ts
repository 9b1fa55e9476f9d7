import { STATE_OPERATIONS } from "../../app/operations/registry.ts";
import { ok } from "../../lib/result.ts";
import { sortedAnomalies } from "../../report/model/anomaly.ts";
import { EXIT, EXITS } from "../exit-codes.ts";
import { helpEnd } from "../help.ts";
import { type GlobalOptions } from "../io.ts";
import { printView } from "../print-result.ts";
import { addMany } from "./anomalies-many.ts";
import { addPeople } from "./anomalies-people.ts";
import { addFilterOptions, type FilterOptions, filterOf, withoutStates } from "./anomaly-filter.ts";
import { type CommandHost, onState, usage } from "./command.ts";

interface ListOptions extends GlobalOptions, FilterOptions {
  readonly all?: boolean;
}

const EXAMPLES = helpEnd({
  exits: EXITS.change,
  examples: ["tripline anomalies list --since 24h", "tripline anomalies show kaajroxe"],
});

/** `tripline anomalies list | show ID` and `tripline explain ID`, which only read, and what is done to anomalies. */
export function addAnomalies(host: CommandHost): void {
  const { program, done } = host;
  const anomalies = program
    .command("anomalies")
    .description("what deviates from normal")
    .addHelpText("after", EXAMPLES);
  addFilterOptions(anomalies.command("list"))
    .description("open anomalies, worst first; with --all, resolved, accepted and muted ones too")
    .option("--all", "anomalies in any state")
    .addHelpText(
      "after",
      helpEnd({
        exits: EXITS.state,
        examples: [
          "tripline anomalies list --since 24h",
          "tripline anomalies list --severity critical,high --host 10.20.0.0/24",
          "tripline anomalies list --all --json",
        ],
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
  addMany(anomalies, host);
  addPeople(anomalies, host);
  program
    .command("explain <id>")
    .description("why an anomaly was raised: how unusual it is, what would change it, score, what to check")
    .addHelpText(
      "after",
      helpEnd({ exits: EXITS.state, examples: ["tripline explain kaajroxe", "tripline explain kaajroxe --json"] }),
    )
    .action(async (id: string, _: unknown, command: { optsWithGlobals(): GlobalOptions }) =>
      done(await explain(host, command.optsWithGlobals(), id)),
    );
}

async function list({ io, runtime }: CommandHost, options: ListOptions): Promise<number> {
  const filter = filterOf(options, runtime.clock.now());
  if (!filter.ok) return usage(io, filter.error);
  const { state } = filter.value;
  if (options.all === true && state !== undefined) return usage(io, "--all and --state exclude each other");
  const wanted = options.all === true ? filter.value : { ...filter.value, state: state ?? (["open"] as const) };
  return onState({ io, runtime, globals: withoutStates(options) }, async (desk) => {
    const found = await STATE_OPERATIONS.anomalies.run(desk, wanted, { signal: io.signal });
    if (!found.ok) return found;
    printView(io, options, { kind: "anomalies", anomalies: sortedAnomalies(found.value) });
    return ok(EXIT.done);
  });
}

function show({ io, runtime }: CommandHost, options: GlobalOptions, id: string): Promise<number> {
  return onState({ io, runtime, globals: options }, async (desk) => {
    const anomaly = await STATE_OPERATIONS.anomaly.run(desk, { id }, { signal: io.signal });
    if (!anomaly.ok) return anomaly;
    printView(io, options, { kind: "anomaly", ...anomaly.value });
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
