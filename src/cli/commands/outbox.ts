import type { OutboxStatus } from "../../domain/ports/outbox.ts";
import { ok } from "../../lib/result.ts";
import { isoTime } from "../../lib/time.ts";
import { EXIT, helpEnd } from "../exit-codes.ts";
import { type GlobalOptions } from "../io.ts";
import { printResult } from "../print-result.ts";
import { cut, table } from "../render/table.ts";
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

function status({ io }: CommandHost, options: GlobalOptions): Promise<number> {
  return onState({ io, globals: options, access: "read" }, async ({ store }) => {
    const found = await store.outbox.status();
    printResult(io, options, { data: found, text: () => statusText(found) });
    return ok(EXIT.done);
  });
}

function statusText(found: OutboxStatus): string {
  const rows = found.sinks.map((s) => [
    s.name === s.kind ? s.name : `${s.name} (${s.kind})`,
    s.state,
    String(s.pending),
    String(s.deadLetters),
    s.lastOkAt === null ? "never" : isoTime(s.lastOkAt),
    s.reason ?? "",
  ]);
  const head = ["OUTPUT", "STATE", "WAITING", "DEAD", "LAST OK", "REASON"];
  return `${found.rows} events stored, newest number ${found.lastSeq}\n${table([head, ...rows])}`;
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
    printResult(io, options, { data: letters, text: () => text });
    return ok(EXIT.done);
  });
}
