import type { OperationFailure } from "../../app/failure.ts";
import { err, ok } from "../../lib/result.ts";
import { EXIT, EXITS } from "../exit-codes.ts";
import { helpEnd } from "../help.ts";
import { type GlobalOptions } from "../io.ts";
import { suggestion } from "../option-values.ts";
import { printView } from "../print-result.ts";
import { type CommandHost, onState } from "./command.ts";

const EXAMPLES = helpEnd({
  exits: EXITS.state,
  examples: ["tripline outbox status", "tripline outbox dead --sink elasticsearch"],
});

/** `tripline outbox status | dead`: what waits for whom, and what was refused for good. */
export function addOutbox(host: CommandHost): void {
  const { program, done } = host;
  const outbox = program
    .command("outbox")
    .description("events that wait for an output or were refused by one")
    .addHelpText("after", EXAMPLES);
  outbox
    .command("status")
    .description("how far each output has got, and why it is stuck")
    .addHelpText(
      "after",
      helpEnd({ exits: EXITS.state, examples: ["tripline outbox status", "tripline outbox status --json"] }),
    )
    .action(async (_: unknown, command: { optsWithGlobals(): GlobalOptions }) =>
      done(await status(host, command.optsWithGlobals())),
    );
  outbox
    .command("dead")
    .description("events an output refused for good, with the reason")
    .option("--sink <name>", "only of this output")
    .addHelpText(
      "after",
      helpEnd({
        exits: EXITS.state,
        examples: ["tripline outbox dead", "tripline outbox dead --sink elasticsearch --json"],
      }),
    )
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
  const { sink } = options;
  return onState({ io, runtime, globals: options }, async ({ store }) => {
    const letters = await store.outbox.deadLetters(sink ?? null);
    const names = (await store.outbox.status()).sinks.map(({ name }) => name);
    if (sink !== undefined && letters.length === 0 && !names.includes(sink)) return err(noOutput(sink, names));
    printView(io, options, { kind: "dead-letters", letters });
    return ok(EXIT.done);
  });
}

function noOutput(name: string, known: readonly string[]): OperationFailure {
  return {
    code: "TL150",
    exit: EXIT.usage,
    what: `there is no output "${name}"${suggestion(name, known)}`,
    effect: "Nothing to show.",
    fix: known.length === 0 ? "No output is known to this state yet." : `Name one of ${known.join(", ")}, or none.`,
  };
}
