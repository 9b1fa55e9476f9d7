import { type Command, Option } from "commander";
import { STATE_OPERATIONS } from "../../app/operations/registry.ts";
import { hostProblem } from "../../domain/anomaly-filter.ts";
import { ok } from "../../lib/result.ts";
import { EXIT, EXITS } from "../exit-codes.ts";
import { helpEnd } from "../help.ts";
import type { GlobalOptions } from "../io.ts";
import { momentBefore, wholeNumber } from "../option-values.ts";
import { printView } from "../print-result.ts";
import { type CommandHost, onState, usage } from "./command.ts";

interface ListOptions extends GlobalOptions {
  readonly since?: number;
  readonly last?: number;
}

interface DiffOptions extends GlobalOptions {
  readonly host?: readonly string[];
  readonly failOn?: "any";
}

/** `tripline scans list | diff A [B]`: which scans there were, and what differs between two of them. */
export function addScans(host: CommandHost): void {
  const scans = host.program
    .command("scans")
    .description("the scans that were made, and what differs between two of them")
    .addHelpText(
      "after",
      helpEnd({
        exits: { ...EXITS.state, [EXIT.findings]: "there are differences (only with --fail-on any)" },
        examples: ["tripline scans list --since 24h", "tripline scans diff last-1 last"],
      }),
    );
  addList(scans, host);
  addDiff(scans, host);
}

function addList(scans: Command, host: CommandHost): void {
  scans
    .command("list")
    .description("the scans of the segment, the newest first; those that are kept can be compared and replayed")
    .option("--since <time>", "only scans since then: 7d, or 2027-03-01", momentBefore(host.runtime.clock))
    .option("--last <n>", "only the newest n scans", wholeNumber)
    .addHelpText(
      "after",
      helpEnd({
        exits: EXITS.state,
        examples: ["tripline scans list --last 10", "tripline scans list --since 7d --json"],
      }),
    )
    .action(async (_: unknown, command: { optsWithGlobals(): ListOptions }) =>
      host.done(await list(host, command.optsWithGlobals())),
    );
}

function addDiff(scans: Command, host: CommandHost): void {
  scans
    .command("diff <scan...>")
    .description("hosts, ports and values that differ between two scans; without the second, the last one")
    .option("--host <host...>", "only these addresses, networks (CIDR) or names")
    .addOption(new Option("--fail-on <what>", "exit 10 if there are differences").choices(["any"]))
    .addHelpText(
      "after",
      helpEnd({
        exits: { ...EXITS.state, [EXIT.findings]: "there are differences (only with --fail-on any)" },
        examples: [
          ["tripline scans diff last-1 last", "the last scan against the one before it"],
          ["tripline scans diff 2027-03-01 2027-03-08", "the network then, and a week later"],
          ["tripline scans diff 7d --host 10.20.0.0/24", "the last scan against a week ago, of one network"],
        ],
        note: "A scan is named by its number or id (tripline scans list), by last or last-N, or by a time, which means the newest scan that had ended then.",
      }),
    )
    .action(async (scans: readonly string[], _: unknown, command: { optsWithGlobals(): DiffOptions }) =>
      host.done(await diff(host, command.optsWithGlobals(), scans)),
    );
}

function list({ io, runtime }: CommandHost, options: ListOptions): Promise<number> {
  return onState({ io, runtime, globals: options }, async (desk) => {
    const wish = { since: options.since ?? null, last: options.last ?? null };
    const found = await STATE_OPERATIONS.scans.run(desk, wish, { signal: io.signal });
    if (!found.ok) return found;
    printView(io, options, found.value);
    return ok(EXIT.done);
  });
}

async function diff({ io, runtime }: CommandHost, options: DiffOptions, scans: readonly string[]): Promise<number> {
  const { host: hosts = [], failOn } = options;
  const [before = "", after = "last", ...more] = scans;
  if (more.length > 0) return usage(io, `scans diff takes one scan or two, got ${scans.length}`);
  const wrong = hosts.find((one) => hostProblem(one) !== null);
  if (wrong !== undefined)
    return usage(io, `--host takes an address, a network or a name, got "${wrong}": ${hostProblem(wrong)}`);
  return onState({ io, runtime, globals: options }, async (desk) => {
    const found = await STATE_OPERATIONS.diffScans.run(desk, { before, after, hosts }, { signal: io.signal });
    if (!found.ok) return found;
    printView(io, options, found.value);
    return ok(failOn === "any" && found.value.changes.length > 0 ? EXIT.findings : EXIT.done);
  });
}
