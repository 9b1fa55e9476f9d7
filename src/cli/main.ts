import { Command, CommanderError } from "commander";
import { failureText, storeFailure } from "../app/failure.ts";
import { createRuntime } from "../app/runtime.ts";
import { agentVersion } from "../config/package-root.ts";
import { RENDERERS } from "../report/registry.ts";
import { COMMANDS } from "./commands/registry.ts";
import { EXIT, EXITS } from "./exit-codes.ts";
import { helpEnd } from "./help.ts";
import { type CommandIo, complain, type GlobalOptions } from "./io.ts";
import { oneOf, swallowedOption } from "./option-values.ts";
import { checkOutput, UnwritableResult } from "./print-result.ts";
import { redactingIo } from "./redacting.ts";
import { usageText } from "./usage-text.ts";

const EXAMPLES = helpEnd({
  exits: EXITS.cycles,
  examples: ["tripline doctor", "tripline scan --from-xml old.xml new.xml --learn-scans 1 --json"],
  note: "tripline COMMAND --help says which of them that command can end with, and what they mean there.",
});

/** Arguments in, exit code out. Results go to stdout, everything else to stderr. Throws nothing but bugs. */
export async function runCommandLine(argv: readonly string[], streams: CommandIo): Promise<number> {
  const io = redactingIo(streams);
  const ended = { code: 0 };
  const program = buildProgram(io, (code) => {
    ended.code = code;
  });
  try {
    await program.parseAsync([...argv], { from: "user" });
    return ended.code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    if (error instanceof UnwritableResult) {
      complain(io, error.message);
      return error.exit;
    }
    const failure = storeFailure(error);
    complain(io, failure === null ? bugReport(error) : failureText(failure));
    return failure?.exit ?? EXIT.bug;
  }
}

/** Every command and option. A command reports its exit code through `done`; commander itself would end the process. */
export function buildProgram(io: CommandIo, done: (code: number) => void): Command {
  const program = new Command("tripline")
    .description("Scheduled nmap scans become a baseline, changes become scored and verified anomalies in your SIEM.")
    .version(agentVersion(), "--version", "print the version")
    .option(
      "-c, --config <file>",
      "configuration file (default: TRIPLINE_CONFIG, ./tripline.yaml, /etc/tripline/tripline.yaml)",
    )
    .option("--state <dir>", "state directory (default: .tripline beside the configuration)")
    .addOption(
      oneOf(
        "-f, --format <format>",
        "form of the result",
        RENDERERS.flatMap((one) => one.names),
      ),
    )
    .option("--json", "same as --format json")
    .option("-o, --output <file>", "write the result to a file instead of standard output")
    .option("-q, --quiet", "print only results and errors")
    .option("-v, --verbose", "more messages on standard error; -vv for detail", (_, n: number) => n + 1, 0)
    .addOption(oneOf("--log-format <format>", "form of log lines", ["pretty", "json"]).default("pretty"))
    .option("--no-color", "no colour")
    .option("--plain", "ASCII only")
    .helpOption("-h, --help", "show this help")
    .helpCommand("help [command]", "show the help of a command")
    .configureHelp({ showGlobalOptions: true })
    .addHelpText("after", EXAMPLES);
  program.hook("preAction", (_, command) => beforeAction(command, io));
  const runtime = createRuntime();
  for (const add of COMMANDS) add({ program, io, runtime, done });
  quietExits(program, io);
  return program;
}

/** What can be known to be wrong before anything runs. */
function beforeAction(command: Command, io: CommandIo): void {
  const globals: GlobalOptions = command.optsWithGlobals();
  const swallowed = swallowedOption(command);
  if (swallowed !== null) command.error(`error: ${swallowed}`);
  checkOutput(io, globals);
}

/** Usage errors come back as values, on the given streams; a mistyped word gets a suggestion. */
function quietExits(command: Command, io: CommandIo): void {
  command.exitOverride();
  command.configureOutput({
    writeOut: (text) => void io.stdout.write(text),
    writeErr: (text) => void io.stderr.write(text),
    getOutHelpWidth: () => helpWidth(io.stdout),
    getErrHelpWidth: () => helpWidth(io.stderr),
    outputError: (text, write) => write(usageText(text, command)),
  });
  command.showSuggestionAfterError(false);
  for (const child of command.commands) quietExits(child, io);
}

function helpWidth({ isTTY, columns }: CommandIo["stdout"]): number {
  return isTTY === true && columns !== undefined ? columns : 80;
}

function bugReport(error: unknown): string {
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `tripline: unexpected failure, please report it.\n  effect  The command stopped; what was committed before stays.\n${detail}`;
}
