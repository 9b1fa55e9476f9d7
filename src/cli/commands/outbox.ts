import { ok } from "../../lib/result.ts";
import { EXIT, helpEnd } from "../exit-codes.ts";
import { type GlobalOptions } from "../io.ts";
import { printView } from "../print-result.ts";
import { type CommandHost, onState } from "./command.ts";

const EXAMPLES = helpEnd("tripline outbox status", "tripline outbox dead --sink elasticsearch");

/** `tripline outbox status | dead`: what waits for whom, and what was refused for good. */
export function addOutbox(host: CommandHost): void {
  const { program, done } = host;
  const outbox = program.command("outbox").description("events on their way out").addHelpText("after", EXAMPLES);
  outbox
    .command("status")
    .description("how far each output is, and why it does not go on")
    .addHelpText("after", helpEnd("tripline outbox status", "tripline outbox status --json"))
    .action(async (_: unknown, command: { optsWithGlobals(): GlobalOptions }) =>
      done(await status(host, command.optsWithGlobals())),
    );
  outbox
    .command("dead")
    .description("events an output refused for good, with the reason")
    .option("--sink <name>", "of this output only")
    .addHelpText("after", helpEnd("tripline outbox dead", "tripline outbox dead --sink elasticsearch --json"))
    .action(async (_: unknown, command: { optsWithGlobals(): GlobalOptions & { sink?: string } }) =>
      done(await dead(host, command.optsWithGlobals())),
    );
}

function status({ io, runtime }: CommandHost, options: GlobalOptions): Promise<number> {
  return onState({ io, runtime, globals: options }, async ({ store }) => {
    printView(io, options, { kind: "outbox", outbox: await store.outbox.status() });
    return ok(EXIT.done);
  });
}

function dead({ io, runtime }: CommandHost, options: GlobalOptions & { readonly sink?: string }): Promise<number> {
  return onState({ io, runtime, globals: options }, async ({ store }) => {
    printView(io, options, { kind: "dead-letters", letters: await store.outbox.deadLetters(options.sink ?? null) });
    return ok(EXIT.done);
  });
}
