import { effectiveValues } from "../../config/effective.ts";
import { counted, key, lines, text as wrapped, verbatim } from "../../report/text/document.ts";
import { EXIT, EXITS } from "../exit-codes.ts";
import { helpEnd } from "../help.ts";
import { complain, type GlobalOptions } from "../io.ts";
import { printResult, wantsJson } from "../print-result.ts";
import { type CommandHost, configFor } from "./command.ts";
import { addConfigKeys } from "./config-keys.ts";

interface ConfigOptions extends GlobalOptions {
  readonly denyWarnings?: boolean;
  readonly effective?: boolean;
}

const EXAMPLES = helpEnd({
  exits: EXITS.config,
  examples: ["tripline config validate -c tripline.yaml", "tripline config show --effective"],
});

const VALIDATE_HELP = helpEnd({
  exits: EXITS.config,
  examples: ["tripline config validate -c tripline.yaml", "tripline config validate --deny-warnings --json"],
});
const SHOW_HELP = helpEnd({
  exits: EXITS.config,
  examples: ["tripline config show", "tripline config show --effective --json"],
});
const SCHEMA_HELP = helpEnd({
  exits: EXITS.any,
  examples: ["tripline config schema", "tripline config schema -o tripline.schema.json"],
});

const VALUES = [key(""), wrapped("", 16), key("")];

/** `tripline config validate | show | keys | schema` */
export function addConfig(host: CommandHost): void {
  const { program, io, runtime, done } = host;
  const config = program
    .command("config")
    .description("check and show the configuration")
    .addHelpText("after", EXAMPLES);
  config
    .command("validate")
    .description("check the file: lists every problem with its place; starts nothing")
    .option("--deny-warnings", "treat warnings as errors")
    .addHelpText("after", VALIDATE_HELP)
    .action((_: unknown, command: { optsWithGlobals(): ConfigOptions }) => {
      const options = command.optsWithGlobals();
      const loaded = configFor({ io, runtime }, options);
      if (!loaded.ok) {
        const { exit, text, path, problems } = loaded.error;
        complain(io, text);
        if (wantsJson(options))
          printResult(io, options, { data: { path, valid: false, errors: problems, warnings: [] }, text: () => [] });
        return done(exit);
      }
      const { warnings, path } = loaded.value;
      const valid = `${path}: valid, ${counted(warnings.length, "warning", "warnings")}`;
      const text = () => [lines(valid), verbatim(`try it on archived scans: tripline replay --since 7d -c ${path}`)];
      printResult(io, options, { data: { path, valid: true, errors: [], warnings }, text });
      return done(options.denyWarnings === true && warnings.length > 0 ? EXIT.configInvalid : EXIT.done);
    });
  config
    .command("show")
    .description("print the configured values; --effective adds defaults and where each value comes from")
    .option("--effective", "every value, with its origin")
    .addHelpText("after", SHOW_HELP)
    .action((_: unknown, command: { optsWithGlobals(): ConfigOptions }) => {
      const options = command.optsWithGlobals();
      const loaded = configFor({ io, runtime }, options);
      if (!loaded.ok) {
        complain(io, loaded.error.text);
        return done(loaded.error.exit);
      }
      const all = effectiveValues(loaded.value);
      const values = options.effective === true ? all : all.filter((value) => value.origin !== "default");
      const rows = values.map((v) => [v.path, v.value, v.origin]);
      printResult(io, options, { data: values, text: () => [{ kind: "table", columns: VALUES, rows, indent: 0 }] });
      return done(EXIT.done);
    });
  addConfigKeys(config, host);
  config
    .command("schema")
    .description("print the JSON Schema of the configuration file")
    .addHelpText("after", SCHEMA_HELP)
    .action((_: unknown, command: { optsWithGlobals(): ConfigOptions }) => {
      const data = runtime.configFormat.jsonSchema();
      printResult(io, command.optsWithGlobals(), { data, text: () => [verbatim(JSON.stringify(data, null, 2))] });
      done(EXIT.done);
    });
}
