import { configJsonSchema } from "../../config/schema.ts";
import { effectiveValues } from "../../config/effective.ts";
import { EXIT, EXIT_CODES_HELP } from "../exit-codes.ts";
import { complain, type GlobalOptions, say } from "../io.ts";
import { table } from "../render/table.ts";
import { type CommandHost, configFor, wantsJson } from "./command.ts";

interface ConfigOptions extends GlobalOptions {
  readonly denyWarnings?: boolean;
  readonly effective?: boolean;
}

const EXAMPLES = `
Examples:
  tripline config validate -c tripline.yaml
  tripline config show --effective
${EXIT_CODES_HELP}`;

/** `tripline config validate | show | schema` */
export function addConfig({ program, io, done }: CommandHost): void {
  const config = program
    .command("config")
    .description("check and show the configuration")
    .addHelpText("after", EXAMPLES);
  config
    .command("validate")
    .description("check the file: every problem at once, with its place; starts nothing")
    .option("--deny-warnings", "a warning is an error")
    .action((_: unknown, command: { optsWithGlobals(): ConfigOptions }) => {
      const options = command.optsWithGlobals();
      const loaded = configFor(io, options);
      if (!loaded.ok) {
        complain(io, loaded.error.text);
        return done(loaded.error.exit);
      }
      const { warnings, path } = loaded.value;
      say(io, `${path}: valid, ${warnings.length} warning${warnings.length === 1 ? "" : "s"}`);
      return done(options.denyWarnings === true && warnings.length > 0 ? EXIT.configInvalid : EXIT.done);
    });
  config
    .command("show")
    .description("print the values in force; --effective adds defaults and where each value comes from")
    .option("--effective", "every value with its origin")
    .action((_: unknown, command: { optsWithGlobals(): ConfigOptions }) => {
      const options = command.optsWithGlobals();
      const loaded = configFor(io, options);
      if (!loaded.ok) {
        complain(io, loaded.error.text);
        return done(loaded.error.exit);
      }
      const all = effectiveValues(loaded.value);
      const values = options.effective === true ? all : all.filter((value) => value.origin !== "default");
      say(
        io,
        wantsJson(options)
          ? JSON.stringify(values, null, 2)
          : table(
              values.map((v) => [v.path, v.value, v.origin]),
              { indent: 0 },
            ),
      );
      return done(EXIT.done);
    });
  config
    .command("schema")
    .description("print the JSON Schema of the configuration file")
    .action(() => {
      say(io, JSON.stringify(configJsonSchema(), null, 2));
      done(EXIT.done);
    });
}
