import { canonicalAddress } from "../../lib/ip.ts";
import { err, ok } from "../../lib/result.ts";
import { hostsView } from "../../report/model/hosts.ts";
import { EXIT, EXITS } from "../exit-codes.ts";
import { helpEnd } from "../help.ts";
import { type GlobalOptions } from "../io.ts";
import { printView } from "../print-result.ts";
import { type CommandHost, onState } from "./command.ts";

const EXAMPLES = helpEnd({
  exits: EXITS.state,
  examples: ["tripline hosts", "tripline hosts 10.20.0.31", "tripline hosts 10.20.0.31 --wide"],
});

interface HostsOptions extends GlobalOptions {
  readonly wide?: boolean;
}

/** `tripline hosts [ADDRESS]`: the inventory, or one host with its ports, now beside normal. */
export function addHosts(host: CommandHost): void {
  const { program, done } = host;
  program
    .command("hosts [address]")
    .description("the known hosts of the segment; with an address, one host in detail")
    .option("--wide", "with an address: also the raw facts of its network stack")
    .addHelpText("after", EXAMPLES)
    .action(async (address: string | undefined, _: unknown, command: { optsWithGlobals(): HostsOptions }) =>
      done(await hosts(host, command.optsWithGlobals(), address)),
    );
}

function hosts({ io, runtime }: CommandHost, options: HostsOptions, address: string | undefined): Promise<number> {
  return onState({ io, runtime, globals: options }, async ({ loaded, store }) => {
    const baseline = await store.cycles.loadBaseline(loaded.config.segment);
    const all = [...baseline.hosts.values()];
    const wanted = address === undefined ? undefined : (canonicalAddress(address) ?? address);
    const chosen = wanted === undefined ? all : all.filter((host) => host.address === wanted);
    if (address !== undefined && chosen.length === 0) {
      return err({
        code: "TL603",
        exit: EXIT.usage,
        what: `no host is known at ${address}`,
        effect: "Nothing to show.",
        fix: "List all with tripline hosts.",
      });
    }
    printView(io, options, hostsView(chosen, { detail: address !== undefined, wide: options.wide === true }));
    return ok(EXIT.done);
  });
}
