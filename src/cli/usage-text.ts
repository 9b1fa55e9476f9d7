import type { Command } from "commander";
import { didYouMean } from "../config/suggest.ts";

/** What is wrong with a command line, in the form of every other refusal: what, effect, fix. */
export function usageText(error: string, command: Command): string {
  const what = error.replace(/^error: /, "").trim();
  return `tripline: ${what}${hint(what, command)}\n  effect  Nothing was run.\n  fix     ${nameOf(command)} --help shows what may be written.\n`;
}

/** The command or option that was meant; a subcommand that stands alone gets the commands it belongs to. */
function hint(what: string, command: Command): string {
  const [, kind, word = ""] = /^unknown (command|option) '([^']+)'/.exec(what) ?? [];
  if (kind === undefined) return "";
  const near = didYouMean(word, kind === "option" ? optionsOf(command) : command.commands.map((one) => one.name()));
  if (near !== null) return `; did you mean "${near}"?`;
  const elsewhere = kind === "command" ? subcommandsNamed(word, command) : [];
  return elsewhere.length === 0 ? "" : `; did you mean ${elsewhere.map((line) => `"${line}"`).join(" or ")}?`;
}

function optionsOf(command: Command | null): readonly string[] {
  if (command === null) return [];
  return [...command.options.flatMap(({ long }) => long ?? []), ...optionsOf(command.parent)];
}

function subcommandsNamed(word: string, command: Command): readonly string[] {
  return command.commands
    .filter((group) => group.commands.some((one) => one.name() === word))
    .map((group) => `${group.name()} ${word}`);
}

function nameOf(command: Command): string {
  return command.parent === null ? command.name() : `${nameOf(command.parent)} ${command.name()}`;
}
