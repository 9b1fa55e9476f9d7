import { OPERATIONS, STATE_OPERATIONS } from "../../app/operations/registry.ts";
import { withState } from "../../app/operations/on-state.ts";
import { ok } from "../../lib/result.ts";
import { lines } from "../../report/text/document.ts";
import { EXIT, EXITS } from "../exit-codes.ts";
import { helpEnd } from "../help.ts";
import type { GlobalOptions } from "../io.ts";
import { printResult } from "../print-result.ts";
import { type CommandHost, onSite } from "./command.ts";

interface InvestigateOptions extends GlobalOptions {
  readonly yes?: boolean;
  readonly by?: string;
}

/** `tripline investigate ID`: one deep look at its host now, by the running agent if there is one. */
export function addInvestigate(host: CommandHost): void {
  const { program, done } = host;
  program
    .command("investigate <id>")
    .description(
      "scan the host of an anomaly in depth now and keep the result with it; without --yes only say what would be scanned",
    )
    .option("--yes", "scan")
    .option("--by <name>", "who wants to know (default: operator)")
    .addHelpText(
      "after",
      helpEnd({
        exits: EXITS.look,
        examples: ["tripline investigate kaajroxe", "tripline investigate kaajroxe --yes --by m.analyst"],
      }),
    )
    .action(async (id: string, _: unknown, command: { optsWithGlobals(): InvestigateOptions }) =>
      done(await investigate(host, command.optsWithGlobals(), id)),
    );
}

function investigate({ io, runtime }: CommandHost, options: InvestigateOptions, id: string): Promise<number> {
  return onSite({ io, runtime, globals: options }, async (site) => {
    if (options.yes !== true)
      return withState(site, "read", async (desk) => {
        const subject = await STATE_OPERATIONS.investigated.run(desk, { id }, { signal: io.signal });
        if (!subject.ok) return subject;
        const { anomaly, address } = subject.value;
        const text = `Would scan ${address} in depth and keep the result with ${anomaly.id.slice(0, 8)}; repeat with --yes.`;
        printResult(io, options, { data: { id: anomaly.id, address, done: false }, text: () => [lines(text)] });
        return ok(EXIT.done);
      });
    const found = await OPERATIONS.investigate.run(site, { id, by: options.by ?? "operator" }, { signal: io.signal });
    if (!found.ok) return found;
    const { sentence, address } = found.value;
    const more = `tripline explain ${found.value.id.slice(0, 8)} shows all of it.`;
    printResult(io, options, {
      data: { ...found.value, done: true },
      text: () => [lines(`${address}: ${sentence}`, more)],
    });
    return ok(EXIT.done);
  });
}
