import { configFormat } from "../config/format.ts";
import { SINKS } from "../deliver/sinks/registry.ts";

/** What may be written in the configuration of this program. */
export const CONFIG_FORMAT = configFormat({ outputs: SINKS });
