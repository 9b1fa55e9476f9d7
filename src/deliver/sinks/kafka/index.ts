import { defineSink } from "../../definition.ts";
import { meaning } from "./meaning.ts";
import { options } from "./options.ts";
import { targetOf } from "./security.ts";
import { setup } from "./setup-steps.ts";
import { createKafkaSink } from "./sink.ts";

export const kafka = defineSink({
  kind: "kafka",
  about: "run `tripline setup kafka` first",
  options,
  meaning,
  claims: () => [],
  create: (written, context) =>
    createKafkaSink({
      name: context.name,
      ...targetOf(written, context),
      compression: written.compression,
      prefix: written.topic_prefix,
    }),
  setup,
});
