import { defineSink } from "../../definition.ts";
import { options } from "./options.ts";
import { createStdoutSink } from "./sink.ts";

export const stdout = defineSink({
  kind: "stdout",
  about: "one event per line on standard output",
  options,
  meaning: () => [],
  claims: () => [{ id: "stdout", name: "standard output", path: [] }],
  create: (_, { name, stdout: stream }) => createStdoutSink(stream, name),
  setup: null,
});
