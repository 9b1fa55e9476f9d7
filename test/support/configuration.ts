import { CONFIG_FORMAT } from "../../src/app/config-format.ts";
import { parseConfig as parse, type ParseOptions } from "../../src/config/load.ts";

/** A configuration in the format of the program, as the command line reads it. */
export function parseConfig(text: string, at: Omit<ParseOptions, "format">) {
  return parse(text, { ...at, format: CONFIG_FORMAT });
}
