import type { Command } from "commander";
import { STATE_OPERATIONS } from "../../app/operations/registry.ts";
import { ok } from "../../lib/result.ts";
import { EXIT, EXITS } from "../exit-codes.ts";
import { helpEnd } from "../help.ts";
import type { GlobalOptions } from "../io.ts";
import { printView } from "../print-result.ts";
import { acceptMany, addManyOptions, type ManyOptions } from "./anomalies-many.ts";
import { takeBack } from "./anomalies-people.ts";
import { filterOf } from "./anomaly-filter.ts";
import { addExchange } from "./baseline-exchange.ts";
import { act, type CommandHost, onState, usage } from "./command.ts";
import { learnPeriod, type PeriodOptions } from "./learn-period.ts";

const EXAMPLES = helpEnd({
  exits: EXITS.change,
  examples: ["tripline baseline show", `tripline baseline accept kaajroxe --reason "CHG-4711" --by m.analyst`],
});

/** `tripline baseline show | accept ID | learn | export | diff FILE | import FILE` */
export function addBaseline(host: CommandHost): void {
  const { program, done } = host;
  const baseline = program
    .command("baseline")
    .description("what is normal in this segment")
    .addHelpText("after", EXAMPLES);
  baseline
    .command("show")
    .description("how much has been learned, and whether changes are reported yet")
    .addHelpText(
      "after",
      helpEnd({ exits: EXITS.state, examples: ["tripline baseline show", "tripline baseline show --json"] }),
    )
    .action(async (_: unknown, command: { optsWithGlobals(): GlobalOptions }) =>
      done(await show(host, command.optsWithGlobals())),
    );
  addManyOptions(baseline.command("accept [id]"))
    .description("accept as normal: the anomaly closes and its value becomes the reference")
    .option("--undo", "take an accept back: the reference is as before, the anomaly is open again")
    .addHelpText(
      "after",
      helpEnd({
        exits: EXITS.change,
        examples: [
          `tripline baseline accept kaajroxe --reason "CHG-4711" --by m.analyst`,
          `tripline baseline accept mbw5t4qd --reason "new mail relay" --by soc`,
          `tripline baseline accept --undo kaajroxe --reason "wrong host" --by soc`,
          ["tripline baseline accept --host 10.20.0.15", "shows what would be accepted; needs --yes"],
        ],
      }),
    )
    .action(async (id: string | undefined, _: unknown, command: { optsWithGlobals(): ManyOptions }) =>
      done(await accept(host, command.optsWithGlobals(), id)),
    );
  addLearn(baseline, host);
  addExchange(baseline, host);
}

function addLearn(baseline: Command, host: CommandHost): void {
  baseline
    .command("learn")
    .description("forget the baseline and relearn it from the next scan on")
    .option(
      "--from <time>",
      "forget nothing, but learn a recorded period that was safe: its begin, such as 2027-03-01T02:00Z",
    )
    .option("--to <time>", "its end: what its scans saw is normal; without --yes, only show what changes")
    .option("--yes", "learn the period")
    .option("--reason <text>", "why (required)")
    .option("--by <name>", "who decides (required)")
    .addHelpText(
      "after",
      helpEnd({
        exits: EXITS.change,
        examples: [
          `tripline baseline learn --reason "rack 4 decommissioned" --by net-team`,
          `tripline baseline learn -c dmz.yaml --reason "new switch" --by net-team`,
          ["tripline baseline learn --from 2027-03-06T02:00Z --to 2027-03-06T05:00Z", "shows what it would change"],
        ],
        note: "Only scans that lie in the period as a whole are learned; degraded ones are left out.",
      }),
    )
    .action(async (_: unknown, command: { optsWithGlobals(): PeriodOptions }) =>
      host.done(await learn(host, command.optsWithGlobals())),
    );
}

function show({ io, runtime }: CommandHost, options: GlobalOptions): Promise<number> {
  return onState({ io, runtime, globals: options }, async (desk) => {
    const found = await STATE_OPERATIONS.baseline.run(desk, {}, { signal: io.signal });
    if (!found.ok) return found;
    printView(io, options, found.value);
    return ok(EXIT.done);
  });
}

async function accept(
  host: CommandHost,
  options: ManyOptions & { readonly undo?: boolean },
  id: string | undefined,
): Promise<number> {
  const { io, runtime } = host;
  const filtered = filterOf(options, runtime.clock.now());
  if (options.undo === true && id === undefined) return usage(io, "baseline accept --undo needs the id of an anomaly");
  if (id === undefined) return acceptMany(host, options, "baseline accept without an id");
  if (!filtered.ok || Object.keys(filtered.value).length > 0)
    return usage(io, "baseline accept takes an id or a filter, not both");
  if (options.undo === true) return takeBack(host, { options, id, name: "baseline accept --undo" });
  const { reason, by } = options;
  if (reason === undefined || by === undefined)
    return usage(io, "baseline accept needs --reason and --by: why, and who decided");
  return act({ io, runtime }, STATE_OPERATIONS.accept, {
    globals: options,
    input: { id, reason, by },
    done: (accepted) => `accepted ${accepted.id}: ${accepted.kind} is normal now. The events wait in the outbox.`,
  });
}

function learn(host: CommandHost, options: PeriodOptions): Promise<number> {
  const { io, runtime } = host;
  const { reason, by } = options;
  if (options.from !== undefined || options.to !== undefined) return learnPeriod(host, options);
  if (options.yes === true) return Promise.resolve(usage(io, "baseline learn takes --yes with --from and --to only"));
  if (reason === undefined || by === undefined)
    return Promise.resolve(usage(io, "baseline learn needs --reason and --by: why, and who decided"));
  return act({ io, runtime }, STATE_OPERATIONS.learn, {
    globals: options,
    input: { reason, by },
    done: ({ segment }) => `${segment} is relearned from the next scan on.`,
  });
}
