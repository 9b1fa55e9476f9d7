import { acceptOne, learnAgain } from "../../app/operations/operator.ts";
import { baselineOf } from "../../app/operations/show-baseline.ts";
import { anomalyByPrefix } from "../../app/operations/on-state.ts";
import { ok } from "../../lib/result.ts";
import { EXIT, helpEnd } from "../exit-codes.ts";
import { type GlobalOptions, say } from "../io.ts";
import { printView } from "../print-result.ts";
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
    printView(io, options, await baselineOf(loaded, store));
    return ok(EXIT.done);
  });
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
