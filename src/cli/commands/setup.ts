import { resolve } from "node:path";
import { type Command, Option } from "commander";
import { failureText } from "../../app/failure.ts";
import { OPERATIONS } from "../../app/operations/registry.ts";
import type { SetupChoice } from "../../domain/ports/setup.ts";
import { EXIT, EXITS } from "../exit-codes.ts";
import { helpEnd } from "../help.ts";
import { complain, type GlobalOptions } from "../io.ts";
import { oneOf } from "../option-values.ts";
import { printResult } from "../print-result.ts";
import { setupPage } from "../setup-page.ts";
import { type CommandHost, configFor, usage } from "./command.ts";

interface SetupOptions extends GlobalOptions {
  readonly dryRun?: boolean;
  readonly diff?: boolean;
  readonly toDir?: string;
  readonly remove?: boolean;
  readonly force?: boolean;
  readonly sink?: string;
}

const EXITS_HERE = {
  ...EXITS.config,
  [EXIT.partial]: "done, but something was left alone; the message names it",
  [EXIT.outputUnreachable]: "a server could not be reached or refused, or the result could not be written",
  [EXIT.noPermission]: "no permission; the message names the right that is missing",
  [EXIT.interrupted]: "interrupted (143 by SIGTERM)",
};

const EXAMPLES = helpEnd({
  exits: EXITS_HERE,
  examples: ["tripline setup kafka --dry-run", "tripline setup elasticsearch"],
});

type Target = CommandHost["runtime"]["setupTargets"][number];

/** `tripline setup WHAT`: idempotent; use an operator's own credentials, not the agent's. */
export function addSetup(host: CommandHost): void {
  const setup = host.program
    .command("setup")
    .description("install what outputs and the SIEM need: topics, templates and the like")
    .addHelpText("after", EXAMPLES);
  for (const target of host.runtime.setupTargets) addTarget(setup, host, target);
}

function addTarget(setup: Command, host: CommandHost, target: Target): void {
  const command = setup
    .command(target.name)
    .description(target.about)
    .option("--dry-run", "print what would be done")
    .option("--diff", "print what would change, line by line, and change nothing")
    .option("--to-dir <dir>", "write files there and ask no server")
    .option("--remove", "take away what Tripline installed, and nothing else")
    .option("--force", "also replace or remove what was changed by hand")
    .addHelpText("after", helpEnd({ exits: EXITS_HERE, examples: target.examples }));
  if (target.ofOutputs) command.option("--sink <name>", "only this output (default: every output of this kind)");
  for (const choice of target.choices) command.addOption(optionOf(choice));
  command.action(async (_: unknown, self: Command) => host.done(await run(self, host, target)));
}

function optionOf({ name, about, values, default: fallback }: SetupChoice): Option {
  const option =
    values === null ? new Option(`--${name} <${name}>`, about) : oneOf(`--${name} <${name}>`, about, values);
  return fallback === "" ? option : option.default(fallback);
}

async function run(command: Command, { io, runtime }: CommandHost, { name, choices }: Target): Promise<number> {
  const options = command.optsWithGlobals<SetupOptions>();
  const wrong = contradiction(options);
  if (wrong !== null) return usage(io, wrong);
  const loaded = configFor({ io, runtime }, options);
  if (!loaded.ok) {
    complain(io, loaded.error.text);
    return loaded.error.exit;
  }
  const dryRun = options.dryRun === true || options.diff === true;
  const chosen = new Map(choices.map((choice) => [choice.name, String(command.getOptionValue(choice.name) ?? "")]));
  const result = await OPERATIONS.setUp.run(
    { runtime, loaded: loaded.value },
    {
      target: name,
      output: options.sink ?? null,
      task: options.remove === true ? "remove" : "install",
      dryRun,
      force: options.force === true,
      directory: options.toDir === undefined ? null : resolve(io.cwd, options.toDir),
      chosen,
    },
    { signal: io.signal },
  );
  if (!result.ok) {
    complain(io, failureText(result.error));
    return result.error.exit;
  }
  const { steps, notes, troubles, failures } = result.value;
  const data = steps.map(({ data: own, output, difference }) => ({
    ...own,
    output,
    ...(options.diff === true ? { difference } : {}),
  }));
  const page = () => setupPage(steps, { dryRun, diff: options.diff === true });
  if (failures.length === 0 || steps.length > 0) printResult(io, options, { data, text: page });
  const left = [...steps.flatMap(({ trouble }) => trouble ?? []), ...troubles];
  for (const line of [...(options.quiet === true ? [] : notes), ...left, ...failures.map(failureText)])
    complain(io, line);
  return failures[0]?.exit ?? (left.length > 0 ? EXIT.partial : EXIT.done);
}

/** What cannot be meant together; null: it can. */
function contradiction({ toDir, remove, force, dryRun, diff }: SetupOptions): string | null {
  if (toDir !== undefined && (remove === true || force === true || dryRun === true || diff === true))
    return "setup --to-dir only writes files; leave out --dry-run, --diff, --remove and --force";
  return remove === true && diff === true
    ? "setup --remove has no --diff; --remove --dry-run shows what would be removed"
    : null;
}
