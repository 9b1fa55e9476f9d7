import { defineSink } from "../../definition.ts";
import { options } from "./options.ts";
import { setup } from "./setup-steps.ts";
import { createKafkaSink } from "./sink.ts";

export const kafka = defineSink({
  kind: "kafka",
  about: "run `tripline setup kafka` first",
  options,
  meaning: () => [],
  claims: () => [],
  create: ({ brokers, compression, topic_prefix: prefix }, { name }) =>
    createKafkaSink({ name, brokers, compression, prefix }),
  setup,
});
