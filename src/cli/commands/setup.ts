import type { Command } from "commander";
import { failureText } from "../../app/failure.ts";
import { OPERATIONS, type OutcomeOf } from "../../app/operations/registry.ts";
import type { SetupChoice } from "../../deliver/definition.ts";
import { key, type TextDocument } from "../../report/text/document.ts";
import { EXIT, EXITS } from "../exit-codes.ts";
import { helpEnd } from "../help.ts";
import { complain, type GlobalOptions } from "../io.ts";
import { oneOf } from "../option-values.ts";
import { printResult } from "../print-result.ts";
import { type CommandHost, configFor } from "./command.ts";

interface SetupOptions extends GlobalOptions {
  readonly dryRun?: boolean;
  readonly sink?: string;
}

const EXITS_HERE = {
  ...EXITS.config,
  [EXIT.partial]: "done, but something was left alone; the message names it",
  [EXIT.outputUnreachable]: "an output could not be reached, or the result could not be written",
  [EXIT.interrupted]: "interrupted (143 by SIGTERM)",
};

const EXAMPLES = helpEnd({
  exits: EXITS_HERE,
  examples: ["tripline setup kafka --dry-run", "tripline setup elasticsearch"],
});

/** `tripline setup elasticsearch | kafka`: idempotent; use an operator's own credentials, not the agent's. */
export function addSetup(host: CommandHost): void {
  const setup = host.program
    .command("setup")
    .description("install the templates and topics that outputs need")
    .addHelpText("after", EXAMPLES);
  for (const { kind, setup: own } of host.runtime.outputKinds) if (own !== null) addKind(setup, { host, kind, ...own });
}

type SetUpOutcome = OutcomeOf<"setUp">;

interface Kind {
  readonly host: CommandHost;
  readonly kind: string;
  readonly about: string;
  readonly examples: readonly string[];
  readonly choices: readonly SetupChoice[];
}

function addKind(setup: Command, { host, kind, about, examples, choices }: Kind): void {
  const command = setup
    .command(kind)
    .description(about)
    .option("--dry-run", "print what would be done")
    .option("--sink <name>", "only this output (default: every output of this kind)")
    .addHelpText("after", helpEnd({ exits: EXITS_HERE, examples }));
  for (const { name, about: text, values, default: fallback } of choices)
    command.addOption(oneOf(`--${name} <${name}>`, text, values).default(fallback));
  command.action(async (_: unknown, self: Command) => host.done(await run(self, { host, kind, choices })));
}

async function run(
  command: Command,
  { host: { io, runtime }, kind, choices }: Omit<Kind, "about" | "examples">,
): Promise<number> {
  const options = command.optsWithGlobals<SetupOptions>();
  const loaded = configFor({ io, runtime }, options);
  if (!loaded.ok) {
    complain(io, loaded.error.text);
    return loaded.error.exit;
  }
  const chosen = new Map(choices.map(({ name }) => [name, String(command.getOptionValue(name))]));
  const dryRun = options.dryRun === true;
  const result = await OPERATIONS.setUp.run(
    { runtime, loaded: loaded.value },
    { kind, output: options.sink ?? null, dryRun, chosen },
    { signal: io.signal },
  );
  if (!result.ok) {
    complain(io, failureText(result.error));
    return result.error.exit;
  }
  const { steps, failures } = result.value;
  const data = steps.map((step) => ({ ...step.data, output: step.output }));
  if (failures.length === 0 || steps.length > 0) printResult(io, options, { data, text: () => text(steps, dryRun) });
  const troubled = steps.flatMap(({ trouble }) => trouble ?? []);
  for (const line of [...troubled, ...failures.map(failureText)]) complain(io, line);
  return failures[0]?.exit ?? (troubled.length > 0 ? EXIT.partial : EXIT.done);
}

/** Which output it is about is said where there are several. */
function text(steps: SetUpOutcome["steps"], dryRun: boolean): TextDocument {
  const several = new Set(steps.map(({ output }) => output)).size > 1;
  const rows = steps.map((step) => [...(several ? [step.output] : []), ...step.what, stateText(step, dryRun)]);
  const columns = Array.from({ length: Math.max(0, ...rows.map((row) => row.length)) }, () => key(""));
  return [{ kind: "table", columns, rows, indent: 2 }];
}

function stateText({ state }: SetUpOutcome["steps"][number], dryRun: boolean): string {
  if (state !== "create" && state !== "update") return state;
  return dryRun ? `would ${state}` : `${state}d`;
}
