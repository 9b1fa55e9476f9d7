import { closeSync, openSync, writeSync } from "node:fs";
import { resolve } from "node:path";
import { type Command, Option } from "commander";
import { failureText } from "../../app/failure.ts";
import { OPERATIONS, STATE_OPERATIONS } from "../../app/operations/registry.ts";
import { knownGoodLines } from "../../baseline/known-good/write.ts";
import { hostProblem } from "../../domain/anomaly-filter.ts";
import type { KnownGood } from "../../domain/known-good.ts";
import { ok } from "../../lib/result.ts";
import { importText } from "../../report/text/import.ts";
import { EXIT, EXITS } from "../exit-codes.ts";
import { helpEnd } from "../help.ts";
import { type CommandIo, complain, type GlobalOptions, say } from "../io.ts";
import { printView, unwritable } from "../print-result.ts";
import { act, type CommandHost, onState, usage } from "./command.ts";

interface ExchangeOptions extends GlobalOptions {
  readonly host?: readonly string[];
  readonly out?: string;
  readonly failOn?: "any";
}

interface ImportOptions extends GlobalOptions {
  readonly reason?: string;
  readonly by?: string;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly replace?: boolean;
  readonly segmentFrom?: string;
}

/** `tripline baseline export | diff FILE | import FILE`: what is normal as a file that people keep and review. */
export function addExchange(baseline: Command, host: CommandHost): void {
  const { done } = host;
  baseline
    .command("export")
    .description("write what is normal, as a file to review and keep")
    .option("--out <file>", "where to write it; - is standard output (default)")
    .option("--host <host...>", "only these addresses, networks (CIDR) or names")
    .addHelpText(
      "after",
      helpEnd({
        exits: EXITS.state,
        examples: [
          "tripline baseline export --out known-good.jsonl",
          "tripline baseline export --host 10.20.0.0/24 --out dmz.jsonl",
        ],
        note: "The same state gives the same file; only a change of what is normal changes it.",
      }),
    )
    .action(async (_: unknown, command: { optsWithGlobals(): ExchangeOptions }) =>
      done(await exported(host, command.optsWithGlobals())),
    );
  baseline
    .command("diff <file>")
    .description("what an exported file says that is not so here, and the reverse")
    .option("--host <host...>", "only these addresses, networks (CIDR) or names")
    .addOption(new Option("--fail-on <what>", "exit 10 if there are differences").choices(["any"]))
    .addHelpText(
      "after",
      helpEnd({
        exits: { ...EXITS.state, [EXIT.findings]: "there are differences (only with --fail-on any)" },
        examples: ["tripline baseline diff known-good.jsonl", "tripline baseline diff known-good.jsonl --fail-on any"],
      }),
    )
    .action(async (file: string, _: unknown, command: { optsWithGlobals(): ExchangeOptions }) =>
      done(await compared(host, command.optsWithGlobals(), file)),
    );
  addImport(baseline, host);
}

function addImport(baseline: Command, host: CommandHost): void {
  baseline
    .command("import <file>")
    .description("what an exported file says becomes normal here; without --yes, only show it")
    .option("--yes", "do it; without this, only show what would change")
    .option("--dry-run", "only show what would change (the default)")
    .option("--replace", "what the file says takes the place of what is normal on its hosts")
    .option("--segment-from <name>", "take a file of this other segment")
    .option("--reason <text>", "why (required with --yes)")
    .option("--by <name>", "who decides (required with --yes)")
    .addHelpText(
      "after",
      helpEnd({
        exits: EXITS.change,
        examples: [
          ["tripline baseline import known-good.jsonl", "shows what would change; needs --yes"],
          `tripline baseline import known-good.jsonl --reason CHG-9 --by soc --yes`,
        ],
        note: "Open anomalies that the file explains are accepted; accept --undo ID takes one back.",
      }),
    )
    .action(async (file: string, _: unknown, command: { optsWithGlobals(): ImportOptions }) =>
      host.done(await imported(host, command.optsWithGlobals(), file)),
    );
}

async function imported(host: CommandHost, options: ImportOptions, file: string): Promise<number> {
  const { io, runtime } = host;
  const { yes = false, dryRun = false, replace = false, segmentFrom, reason, by } = options;
  if (yes && dryRun) return usage(io, "baseline import takes --yes or --dry-run, not both");
  if (yes && (reason === undefined || by === undefined))
    return usage(io, "baseline import needs --reason and --by: why, and who decided");
  const source = await OPERATIONS.knownGoodSource.run(null, { file, cwd: io.cwd }, { signal: io.signal });
  if (!source.ok) {
    complain(io, failureText(source.error));
    return source.error.exit;
  }
  const said = { ...(segmentFrom && { segmentFrom }), ...(by && { by }), ...(reason && { reason }) };
  return act({ io, runtime }, STATE_OPERATIONS.importBaseline, {
    globals: options,
    input: { source: source.value, replace, yes, ...said },
    done: (found) => ({ data: found, text: () => importText(found) }),
  });
}

async function exported({ io, runtime }: CommandHost, options: ExchangeOptions): Promise<number> {
  const { host: hosts = [] } = options;
  const out = options.out ?? options.output ?? "-";
  const problem = hostsProblem(hosts);
  if (problem !== null) return usage(io, problem);
  return onState({ io, runtime, globals: options }, async (desk) => {
    const found = await STATE_OPERATIONS.exportBaseline.run(desk, { hosts }, { signal: io.signal });
    if (!found.ok) return found;
    if (out === "-") for (const line of knownGoodLines(found.value)) say(io, line);
    else {
      writeLines(io, out, found.value);
      if (options.quiet !== true) complain(io, writtenText(out, found.value));
    }
    return ok(EXIT.done);
  });
}

function writtenText(out: string, { hosts }: KnownGood): string {
  const ports = hosts.reduce((sum, host) => sum + host.ports.size, 0);
  return `${out}: ${hosts.length} known hosts with ${ports} open ports`;
}

/** Whoever reads a file that was cut notices it: its last line is not there. */
function writeLines(io: CommandIo, out: string, known: KnownGood): void {
  try {
    const file = openSync(resolve(io.cwd, out), "w", 0o644);
    try {
      for (const line of knownGoodLines(known)) writeSync(file, `${io.hide?.(line) ?? line}\n`);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw unwritable(out, error);
  }
}

async function compared({ io, runtime }: CommandHost, options: ExchangeOptions, file: string): Promise<number> {
  const { host: hosts = [], failOn } = options;
  const problem = hostsProblem(hosts);
  if (problem !== null) return usage(io, problem);
  return onState({ io, runtime, globals: options }, async (desk) => {
    const input = { file, cwd: io.cwd, hosts };
    const found = await STATE_OPERATIONS.compareBaseline.run(desk, input, { signal: io.signal });
    if (!found.ok) return found;
    printView(io, options, found.value);
    return ok(failOn === "any" && found.value.differences.length > 0 ? EXIT.findings : EXIT.done);
  });
}

function hostsProblem(hosts: readonly string[]): string | null {
  const wrong = hosts.find((host) => hostProblem(host) !== null);
  return wrong === undefined
    ? null
    : `--host takes an address, a network or a name, got "${wrong}": ${hostProblem(wrong)}`;
}
