import type { Command } from "commander";
import { STATE_OPERATIONS } from "../../app/operations/registry.ts";
import { VERDICTS, type Verdict } from "../../domain/anomaly.ts";
import { EXITS } from "../exit-codes.ts";
import { helpEnd } from "../help.ts";
import type { GlobalOptions } from "../io.ts";
import { oneOf } from "../option-values.ts";
import { act, type CommandHost, usage } from "./command.ts";

interface PeopleOptions extends GlobalOptions {
  readonly by?: string;
  readonly reason?: string;
  readonly as?: Verdict;
}

/** `tripline anomalies ack | close | reopen`: who looks at an anomaly, and what it turned out to be. */
export function addPeople(anomalies: Command, host: CommandHost): void {
  const { done } = host;
  anomalies
    .command("ack <id>")
    .description("say who looks at an anomaly; changes nothing else")
    .option("--by <name>", "who looks at it (required)")
    .option("--reason <text>", "what is done about it")
    .addHelpText("after", ACK_HELP)
    .action(async (id: string, _: unknown, command: { optsWithGlobals(): PeopleOptions }) =>
      done(await ack(host, command.optsWithGlobals(), id)),
    );
  anomalies
    .command("close <id>")
    .description("close with a verdict: normal accepts it, real keeps the reference")
    .addOption(oneOf("--as <verdict>", "what it turned out to be (required)", VERDICTS))
    .option("--reason <text>", "why (required)")
    .option("--by <name>", "who decides (required)")
    .addHelpText("after", CLOSE_HELP)
    .action(async (id: string, _: unknown, command: { optsWithGlobals(): PeopleOptions }) =>
      done(await close(host, command.optsWithGlobals(), id)),
    );
  anomalies
    .command("reopen <id>")
    .description("take back that it was closed or accepted; the reference is as before")
    .option("--reason <text>", "why (required)")
    .option("--by <name>", "who decides (required)")
    .addHelpText("after", REOPEN_HELP)
    .action(async (id: string, _: unknown, command: { optsWithGlobals(): PeopleOptions }) =>
      done(await reopen(host, command.optsWithGlobals(), id)),
    );
}

const ACK_HELP = helpEnd({
  exits: EXITS.change,
  examples: [
    "tripline anomalies ack kaajroxe --by m.analyst",
    `tripline anomalies ack kaajroxe --by soc --reason "INC-12"`,
  ],
});

const CLOSE_HELP = helpEnd({
  exits: EXITS.change,
  examples: [
    `tripline anomalies close kaajroxe --as normal --reason "CHG-4711" --by soc`,
    `tripline anomalies close kaajroxe --as real --reason "INC-12" --by m.analyst`,
  ],
  note: "tripline status counts the verdicts of the last 30 days by kind.",
});

const REOPEN_HELP = helpEnd({
  exits: EXITS.change,
  examples: [
    `tripline anomalies reopen kaajroxe --reason "wrong host" --by soc`,
    `tripline anomalies reopen mbw5t4qd --reason "not cleaned up" --by m.analyst`,
  ],
});

async function ack({ io, runtime }: CommandHost, options: PeopleOptions, id: string): Promise<number> {
  const { by, reason = "looking at it" } = options;
  if (by === undefined) return usage(io, "anomalies ack needs --by: who looks at it");
  return act({ io, runtime }, STATE_OPERATIONS.ack, {
    globals: options,
    input: { id, by, reason },
    done: (found) => `${found.by} looks at ${found.id}: ${found.kind}. The event waits in the outbox.`,
  });
}

async function close({ io, runtime }: CommandHost, options: PeopleOptions, id: string): Promise<number> {
  const { by, reason, as } = options;
  if (as === undefined || by === undefined || reason === undefined)
    return usage(io, "anomalies close needs --as normal or real, --reason and --by");
  return act({ io, runtime }, STATE_OPERATIONS.close, {
    globals: options,
    input: { id, as, by, reason },
    done: (found) => `closed ${found.id} as ${found.as}: it is ${found.state} now. The events wait in the outbox.`,
  });
}

async function reopen({ io, runtime }: CommandHost, options: PeopleOptions, id: string): Promise<number> {
  return takeBack({ io, runtime }, { options, id, name: "anomalies reopen" });
}

interface TakenBack {
  readonly options: PeopleOptions;
  readonly id: string;
  readonly name: string;
}

export async function takeBack(
  { io, runtime }: Pick<CommandHost, "io" | "runtime">,
  { options, id, name }: TakenBack,
): Promise<number> {
  const { by, reason } = options;
  if (by === undefined || reason === undefined)
    return usage(io, `${name} needs --reason and --by: why, and who decided`);
  return act({ io, runtime }, STATE_OPERATIONS.reopen, {
    globals: options,
    input: { id, by, reason },
    done: (found) => `reopened ${found.id}: ${found.kind}. The events wait in the outbox.`,
  });
}
