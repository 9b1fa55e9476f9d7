import { OPERATIONS, STATE_OPERATIONS } from "../../app/operations/registry.ts";
import { ok } from "../../lib/result.ts";
import { EXIT, EXITS } from "../exit-codes.ts";
import { helpEnd } from "../help.ts";
import { type GlobalOptions } from "../io.ts";
import { printView } from "../print-result.ts";
import { type CommandHost, onState } from "./command.ts";

const EXAMPLES = helpEnd({
  exits: {
    ...EXITS.state,
    [EXIT.done]: "an agent runs and everything is well (with --quiet: an agent runs)",
    [EXIT.partial]:
      "no agent runs, or it is stopped; without --quiet also when the last scan failed or was degraded, an output is stopped, or a changed configuration was rejected",
    [EXIT.configInvalid]: "there is no state, or it or the configuration cannot be used",
  },
  examples: ["tripline status", ["tripline status --quiet && echo alive", "prints nothing itself"]],
});

/** `tripline status`: agent, last scan, maturity, outputs with a reason when one is not well. */
export function addStatus(host: CommandHost): void {
  const { program, done } = host;
  program
    .command("status")
    .description("the agent, the last scan and the outputs; exit code 3 when no agent runs or something is wrong")
    .addHelpText("after", EXAMPLES)
    .action(async (_: unknown, command: { optsWithGlobals(): GlobalOptions }) =>
      done(await status(host, command.optsWithGlobals())),
    );
}

function status({ io, runtime }: CommandHost, options: GlobalOptions): Promise<number> {
  return onState({ io, runtime, globals: options }, async (desk) => {
    const during = { signal: io.signal };
    if (options.quiet === true)
      return ok((await OPERATIONS.agentWorks.run(desk, {}, during)) ? EXIT.done : EXIT.partial);
    const found = await STATE_OPERATIONS.status.run(desk, {}, during);
    if (!found.ok) return found;
    printView(io, options, found.value);
    return ok(found.value.notWell.length === 0 ? EXIT.done : EXIT.partial);
  });
}
