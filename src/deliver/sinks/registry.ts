import type { SinkDefinition } from "../definition.ts";
import { elasticsearch } from "./elasticsearch/index.ts";
import { file } from "./file/index.ts";
import { kafka } from "./kafka/index.ts";
import { stdout } from "./stdout/index.ts";

/** Every kind of output an operator can configure. */
export const SINKS: readonly SinkDefinition[] = [file, stdout, kafka, elasticsearch];
