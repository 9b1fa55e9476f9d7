import type { Command } from "commander";
import { OPERATIONS, type OutcomeOf } from "../../app/operations/registry.ts";
import { verbatim } from "../../report/text/document.ts";
import { EXIT, EXITS } from "../exit-codes.ts";
import { helpEnd } from "../help.ts";
import type { GlobalOptions } from "../io.ts";
import { suggestion } from "../option-values.ts";
import { printResult } from "../print-result.ts";
import { wrapWords } from "../terminal/wrap.ts";
import { type CommandHost, usage } from "./command.ts";

const INDENT = "    ";

/** `tripline config keys [KEY]`: the page of the configuration without a browser, wherever Tripline is installed. */
export function addConfigKeys(config: Command, { io, done }: CommandHost): void {
  config
    .command("keys")
    .description("every key of the file with its form, its default and its meaning")
    .argument("[key]", "only this key and the keys below it, such as outputs.kafka")
    .addHelpText(
      "after",
      helpEnd({ exits: EXITS.any, examples: ["tripline config keys", "tripline config keys outputs.kafka"] }),
    )
    .action(async (key: string | undefined, _: unknown, command: { optsWithGlobals(): GlobalOptions }) => {
      const keys = await OPERATIONS.configKeys.run(null, { below: key ?? null }, { signal: io.signal });
      if (keys.length === 0) return done(usage(io, await nothingAt(key ?? "", io.signal)));
      printResult(io, command.optsWithGlobals(), { data: keys, text: () => [verbatim(keys.map(entry).join("\n"))] });
      return done(EXIT.done);
    });
}

async function nothingAt(key: string, signal: AbortSignal): Promise<string> {
  const all = await OPERATIONS.configKeys.run(null, { below: null }, { signal });
  const known = all.map((one) => one.key.replaceAll("[]", ""));
  return `there is no key "${key}"${suggestion(key, known) || ";"} tripline config keys lists them all`;
}

function entry({ key, form, default: fallback, meaning }: OutcomeOf<"configKeys">[number]): string {
  const without = fallback === "required" ? "required" : fallback === "–" ? "optional" : `default ${fallback}`;
  return `${key}   ${form}; ${without}\n${wrapWords(meaning, INDENT, INDENT)}`;
}
