import { STATE_OPERATIONS } from "../../app/operations/registry.ts";
import { hostAndPort } from "../../domain/host-and-port.ts";
import { ok } from "../../lib/result.ts";
import { EXIT, EXITS } from "../exit-codes.ts";
import { helpEnd } from "../help.ts";
import type { GlobalOptions } from "../io.ts";
import { momentBefore } from "../option-values.ts";
import { printView } from "../print-result.ts";
import { type CommandHost, onState, usage } from "./command.ts";

interface HistoryOptions extends GlobalOptions {
  readonly since?: number;
}

const EXAMPLES = helpEnd({
  exits: EXITS.state,
  examples: [
    ["tripline history 10.20.0.31", "what was open when, and what has changed"],
    ["tripline history web1:443 --since 7d", "every value of one port in the last week"],
    ["tripline history '[2001:db8::7]:53/udp' --json", "the same for programs"],
  ],
  note: "It goes back as far as scans are kept (store.keep_raw).",
});

/** `tripline history HOST[:PORT]`: what was open when, which value, and since when. */
export function addHistory(host: CommandHost): void {
  host.program
    .command("history <host>")
    .description("what was open on a host and what it showed, with the time in which it held; HOST or HOST:PORT")
    .option("--since <time>", "leave out what was over before: 7d, or 2027-03-01", momentBefore(host.runtime.clock))
    .addHelpText("after", EXAMPLES)
    .action(async (of: string, _: unknown, command: { optsWithGlobals(): HistoryOptions }) =>
      host.done(await history(host, command.optsWithGlobals(), of)),
    );
}

async function history({ io, runtime }: CommandHost, options: HistoryOptions, text: string): Promise<number> {
  const wanted = hostAndPort(text);
  if (wanted === null)
    return usage(
      io,
      `history takes a host, or a host and a port such as 10.20.0.31:22 or 10.20.0.31:53/udp, got "${text}"`,
    );
  return onState({ io, runtime, globals: options }, async (desk) => {
    const wish = { ...wanted, since: options.since ?? null };
    const found = await STATE_OPERATIONS.hostHistory.run(desk, wish, { signal: io.signal });
    if (!found.ok) return found;
    printView(io, options, found.value);
    return ok(EXIT.done);
  });
}
