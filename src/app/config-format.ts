import { configFormat } from "../config/format.ts";
import { READERS } from "../declared/readers/registry.ts";
import { SINKS } from "../deliver/sinks/registry.ts";

/** What may be written in the configuration of this program. */
export const CONFIG_FORMAT = configFormat({ outputs: SINKS, readers: READERS });
