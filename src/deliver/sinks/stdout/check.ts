import type { SinkCheck } from "../../../domain/ports/sink.ts";

/** `broken` is the code of the error that ended the stream. */
export function checkStdout(broken: string | null): readonly SinkCheck[] {
  const fix = broken === null ? null : "start the agent with a reader on its standard output";
  return [{ name: "stdout", ok: broken === null, detail: broken ?? "open", fix }];
}
