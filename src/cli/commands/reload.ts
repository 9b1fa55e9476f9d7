import { OPERATIONS } from "../../app/operations/registry.ts";
import { ok } from "../../lib/result.ts";
import { lines } from "../../report/text/document.ts";
import { EXIT, EXITS } from "../exit-codes.ts";
import { helpEnd } from "../help.ts";
import { complain, type GlobalOptions } from "../io.ts";
import { printResult } from "../print-result.ts";
import { type CommandHost, onSite, readConfig } from "./command.ts";

const EXAMPLES = helpEnd({
  exits: {
    ...EXITS.change,
    [EXIT.done]: "the configuration is in effect",
    [EXIT.partial]: "no agent runs, or it did not answer",
    [EXIT.configInvalid]: "the configuration is invalid; the previous one stays in effect",
  },
  examples: ["tripline reload", "tripline reload -c /etc/tripline/tripline.yaml --state /var/lib/tripline"],
});

/** `tripline reload`: as SIGHUP, and says what came of it. */
export function addReload(host: CommandHost): void {
  const { program, done } = host;
  program
    .command("reload")
    .description("the running agent reads its configuration again, between two scans; an invalid one changes nothing")
    .addHelpText("after", EXAMPLES)
    .action(async (_: unknown, command: { optsWithGlobals(): GlobalOptions }) =>
      done(await reload(host, command.optsWithGlobals())),
    );
}

function reload({ io, runtime }: CommandHost, globals: GlobalOptions): Promise<number> {
  const read = readConfig({ io, runtime }, globals);
  if (!read.ok) {
    complain(
      io,
      `${read.error.text}\ntripline: the agent was not asked; the configuration that it has stays in effect.`,
    );
    return Promise.resolve(read.error.exit);
  }
  return onSite({ io, runtime, globals }, async (site) => {
    const reloaded = await OPERATIONS.reload.run(site, {}, { signal: io.signal });
    if (!reloaded.ok) return reloaded;
    const { inEffect, problems, afterRestart } = reloaded.value;
    for (const problem of problems) complain(io, problem);
    for (const key of afterRestart) complain(io, `tripline: ${key} takes effect after a restart`);
    const text = inEffect
      ? "The agent has read its configuration; it is in effect from the next scan."
      : "The configuration is invalid and was not loaded; the previous one stays in effect.";
    printResult(io, globals, { data: reloaded.value, text: () => [lines(text)] });
    return ok(inEffect ? EXIT.done : EXIT.configInvalid);
  });
}
