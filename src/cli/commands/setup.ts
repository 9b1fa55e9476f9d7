import { Option } from "commander";
import { failureText } from "../../app/failure.ts";
import { setUpElasticsearch, setUpKafka } from "../../app/operations/set-up.ts";
import type { TopicState } from "../../deliver/sinks/kafka/topics.ts";
import { EXIT, helpEnd } from "../exit-codes.ts";
import { complain, type GlobalOptions } from "../io.ts";
import { printResult } from "../print-result.ts";
import { table } from "../render/table.ts";
import { type CommandHost, configFor } from "./command.ts";

interface SetupOptions extends GlobalOptions {
  readonly dryRun?: boolean;
  readonly profile: "auto" | "standard" | "core";
}

const EXAMPLES = helpEnd("tripline setup kafka --dry-run", "tripline setup elasticsearch");

/** `tripline setup elasticsearch | kafka`: idempotent; use an operator's own credentials, not the agent's. */
export function addSetup(host: CommandHost): void {
  const { program, done } = host;
  const setup = program.command("setup").description("install topics and templates").addHelpText("after", EXAMPLES);
  setup
    .command("kafka")
    .description("create the topics that are missing")
    .option("--dry-run", "print what would be done")
    .addHelpText("after", helpEnd("tripline setup kafka --dry-run", "tripline setup kafka"))
    .action(async (_: unknown, command: { optsWithGlobals(): SetupOptions }) =>
      done(await kafka(host, command.optsWithGlobals())),
    );
  setup
    .command("elasticsearch")
    .description("install component templates, pipeline and index templates")
    .option("--dry-run", "print what would be done")
    .addOption(new Option("--profile <profile>", "which assets").choices(["auto", "standard", "core"]).default("auto"))
    .addHelpText(
      "after",
      helpEnd("tripline setup elasticsearch --dry-run --json", "tripline setup elasticsearch --profile core"),
    )
    .action(async (_: unknown, command: { optsWithGlobals(): SetupOptions }) =>
      done(await elasticsearch(host, command.optsWithGlobals())),
    );
}

async function kafka({ io }: CommandHost, options: SetupOptions): Promise<number> {
  const loaded = configFor(io, options);
  if (!loaded.ok) {
    complain(io, loaded.error.text);
    return loaded.error.exit;
  }
  const result = await setUpKafka(loaded.value, options.dryRun === true);
  if (!result.ok) {
    complain(io, failureText(result.error));
    return result.error.exit;
  }
  const rows = result.value.map((t) => [
    t.topic,
    `${t.partitions} partitions`,
    stepText(t.state === "missing" ? "create" : t.state, options),
  ]);
  printResult(io, options, { data: result.value, text: () => table(rows) });
  const troubled = result.value.flatMap(({ topic, state }) => {
    const trouble = TOPIC_TROUBLE[state];
    return trouble === null ? [] : [`${topic} ${trouble}`];
  });
  for (const line of troubled) complain(io, line);
  return troubled.length > 0 ? EXIT.partial : EXIT.done;
}

const TOPIC_TROUBLE: Readonly<Record<TopicState, string | null>> = {
  exists: null,
  missing: null,
  "no-leader":
    "has partitions without a leader: events for them wait in the outbox. Start the brokers that keep these partitions.",
  "no-rights": "may not be looked at by this user: it was left alone. Use an operator's own credentials.",
};

async function elasticsearch({ io }: CommandHost, options: SetupOptions): Promise<number> {
  const loaded = configFor(io, options);
  if (!loaded.ok) {
    complain(io, loaded.error.text);
    return loaded.error.exit;
  }
  const result = await setUpElasticsearch(loaded.value, { dryRun: options.dryRun === true, profile: options.profile });
  if (!result.ok) {
    complain(io, failureText(result.error));
    return result.error.exit;
  }
  const rows = result.value.map((asset) => [asset.kind, asset.name, stepText(asset.state, options)]);
  printResult(io, options, { data: result.value, text: () => table(rows) });
  const foreign = result.value.filter((asset) => asset.state === "foreign");
  for (const asset of foreign)
    complain(
      io,
      `${asset.kind} ${asset.name} exists and is not ours: it was left alone. Rename or remove it, then run this again.`,
    );
  return foreign.length > 0 ? EXIT.partial : EXIT.done;
}

function stepText(state: string, options: SetupOptions): string {
  if (state !== "create" && state !== "update") return state;
  return options.dryRun === true ? `would ${state}` : `${state}d`;
}
