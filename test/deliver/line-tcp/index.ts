import { z } from "zod";
import { secretText } from "../../../src/config/values.ts";
import { defineSink } from "../../../src/deliver/definition.ts";
import { ok } from "../../../src/lib/result.ts";
import { createLineSink } from "./sink.ts";

/** A whole kind of output, as somebody would add it: events as lines over TCP, each answered with a line. */
export const lineTcp = defineSink({
  kind: "line-tcp",
  about: "one event per line over TCP",
  options: z.strictObject({
    port: z.number().int().min(1).max(65_535).describe("where a collector listens on this machine"),
    token: secretText.optional().describe("sent before the first line"),
  }),
  meaning: ({ port }) =>
    port < 1024 ? [{ level: "warning", path: ["port"], message: "a port that only root may listen on" }] : [],
  claims: () => [],
  create: ({ port }, { name, secret }) => createLineSink({ name, port, token: secret("token") ?? null }),
  setup: {
    about: "say hello to the collector",
    examples: ["tripline setup line-tcp"],
    choices: [{ name: "greeting", about: "what is said", values: ["hello", "bye"], default: "hello" }],
    bare: null,
    work: ({ port }) => ({
      kind: "own",
      run: async ({ chosen, dryRun }) => {
        const what = [`port ${port}`, chosen.get("greeting") ?? ""];
        const state = dryRun ? "create" : "exists";
        const step = { what, state, trouble: null, difference: [], data: { port } };
        return ok({ steps: [step], notes: [], troubles: [], refusal: null });
      },
      files: () => new Map([["greeting.txt", "hello\n"]]),
    }),
  },
});
