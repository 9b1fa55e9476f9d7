import { resolve } from "node:path";
import { defineSink } from "../../definition.ts";
import { options } from "./options.ts";
import { realFile } from "./real-file.ts";
import { createFileSink } from "./sink.ts";

export const file = defineSink({
  kind: "file",
  about: "with no output configured, events go to `events.ndjson` in the state directory",
  options,
  meaning: () => [],
  claims: ({ path }, { directory }) => {
    const name = resolve(directory, path);
    return [{ id: `file ${realFile(name)}`, name: `the file ${name}`, path: ["path"] }];
  },
  create: ({ path }, { name, directory, clock }) => createFileSink({ name, path: resolve(directory, path), clock }),
  setup: null,
});
