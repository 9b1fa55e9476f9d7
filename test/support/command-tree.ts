import type { Command } from "commander";
import { buildProgram } from "../../src/cli/main.ts";

/** The program with all its commands and options, to be asked what there is; nothing is run. */
export function commandTree(): Command {
  const { stdin, stdout, stderr } = process;
  return buildProgram({ stdin, stdout, stderr, cwd: "/", signal: new AbortController().signal }, () => undefined);
}

/** What is wrong with a command line as a text shows it, such as `tripline mute add --id ID`; null when nothing is. */
export function wrongCommandLine(root: Command, line: string): string | null {
  const words = line.split(/\s+/).slice(1);
  let command = root;
  while (command.commands.length > 0 && words[0] !== undefined && /^[a-z][a-z-]*$/.test(words[0])) {
    const name = words.shift();
    const child = command.commands.find((one) => one.name() === name);
    if (child === undefined) return `there is no command "${name}" of ${command.name()}: ${line}`;
    command = child;
  }
  const known = new Set([command, root].flatMap((one) => one.options.flatMap(({ long, short }) => [long, short])));
  const flags = words.filter((word) => /^--?[a-z]/.test(word)).map((word) => word.replace(/[=,.;:)].*$/, ""));
  const wrong = flags.find((flag) => !known.has(flag) && !["--help", "--version", "-vv"].includes(flag));
  return wrong === undefined ? null : `${command.name()} has no option ${wrong}: ${line}`;
}
