import { ok } from "../../lib/result.ts";
import { isoTime } from "../../lib/time.ts";
import { EXIT, EXIT_CODES_HELP } from "../exit-codes.ts";
import { type GlobalOptions, say } from "../io.ts";
import { cut, table } from "../render/table.ts";
import { type CommandHost, onState, wantsJson } from "./command.ts";

const EXAMPLES = `
Examples:
  tripline outbox status
  tripline outbox dead --sink elasticsearch
${EXIT_CODES_HELP}`;

/** `tripline outbox status | dead`: what waits for whom, and what was refused for good. */
export function addOutbox(host: CommandHost): void {
  const { program, done } = host;
  const outbox = program.command("outbox").description("events on their way out").addHelpText("after", EXAMPLES);
  outbox
    .command("status")
    .description("how far each output is, and why it does not go on")
    .action(async (_: unknown, command: { optsWithGlobals(): GlobalOptions }) =>
      done(await status(host, command.optsWithGlobals())),
    );
  outbox
    .command("dead")
    .description("events an output refused for good, with the reason")
    .option("--sink <name>", "of this output only")
    .action(async (_: unknown, command: { optsWithGlobals(): GlobalOptions & { sink?: string } }) =>
      done(await dead(host, command.optsWithGlobals())),
    );
}

function status({ io }: CommandHost, options: GlobalOptions): Promise<number> {
  return onState({ io, globals: options, access: "read" }, async ({ store }) => {
    const found = await store.outbox.status();
    if (wantsJson(options)) say(io, JSON.stringify(found, null, 2));
    else {
      const rows = found.sinks.map((s) => [
        s.name,
        s.state,
        String(s.pending),
        String(s.deadLetters),
        s.lastOkAt === null ? "never" : isoTime(s.lastOkAt),
        s.reason ?? "",
      ]);
      say(
        io,
        `${found.rows} events stored, newest number ${found.lastSeq}\n${table([["OUTPUT", "STATE", "WAITING", "DEAD", "LAST OK", "REASON"], ...rows])}`,
      );
    }
    return ok(EXIT.done);
  });
}

function dead({ io }: CommandHost, options: GlobalOptions & { readonly sink?: string }): Promise<number> {
  return onState({ io, globals: options, access: "read" }, async ({ store }) => {
    const letters = await store.outbox.deadLetters(options.sink ?? null);
    const rows = letters.map((l) => [
      l.sink,
      l.eventId,
      l.family,
      isoTime(l.at),
      `${l.reason.slug}: ${cut(l.reason.text, 100)}`,
    ]);
    const text =
      rows.length === 0 ? "no dead letters" : table([["OUTPUT", "EVENT", "FAMILY", "AT", "REASON"], ...rows]);
    say(io, wantsJson(options) ? JSON.stringify(letters, null, 2) : text);
    return ok(EXIT.done);
  });
}
