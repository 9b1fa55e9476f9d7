import { defineSink } from "../../definition.ts";
import { meaning } from "./meaning.ts";
import { options, settingsOf } from "./options.ts";
import { setup } from "./setup.ts";
import { createElasticsearchSink } from "./sink.ts";

export const elasticsearch = defineSink({
  kind: "elasticsearch",
  about: "data streams `logs-tripline.*`; run `tripline setup elasticsearch` first",
  options,
  meaning,
  claims: () => [],
  create: (written, context) => createElasticsearchSink({ ...settingsOf(written, context), name: context.name }),
  setup,
});
