import type { Command } from "commander";
import type { ChangeOperation } from "../../app/operations/operation.ts";
import { STATE_OPERATIONS } from "../../app/operations/registry.ts";
import type { AnomalyFilter } from "../../domain/anomaly-filter.ts";
import type { ManyView } from "../../report/model/many.ts";
import { manyText } from "../../report/text/many.ts";
import { EXITS } from "../exit-codes.ts";
import { helpEnd } from "../help.ts";
import type { GlobalOptions } from "../io.ts";
import { wholeNumber } from "../option-values.ts";
import { addFilterOptions, type FilterOptions, filterOf, withoutStates } from "./anomaly-filter.ts";
import { act, type CommandHost, usage } from "./command.ts";
import { untilOf } from "./until.ts";

export interface ManyOptions extends GlobalOptions, FilterOptions {
  readonly yes?: boolean;
  readonly limit?: number;
  readonly reason?: string;
  readonly by?: string;
  readonly until?: string;
}

/** `tripline anomalies accept | mute`: for everything that a filter means, after a look at what that is. */
export function addMany(anomalies: Command, host: CommandHost): void {
  const { done } = host;
  addManyOptions(anomalies.command("accept"))
    .description("accept as normal what the filter matches; without --yes, only show it")
    .addHelpText("after", ACCEPT_HELP)
    .action(async (_: unknown, command: { optsWithGlobals(): ManyOptions }) =>
      done(await acceptMany(host, command.optsWithGlobals(), "anomalies accept")),
    );
  addManyOptions(anomalies.command("mute"))
    .option("--until <time>", "when it ends: 7d, or 2027-03-01 (at most a year ahead)")
    .description("mute each anomaly that the filter matches now; without --yes, only show them")
    .addHelpText("after", MUTE_HELP)
    .action(async (_: unknown, command: { optsWithGlobals(): ManyOptions }) =>
      done(await muteMany(host, command.optsWithGlobals())),
    );
}

export function addManyOptions(command: Command): Command {
  return addFilterOptions(command)
    .option("--yes", "do it; without this, only show what matches")
    .option("--limit <n>", "do nothing when more than this match (default 100, at most 1000)", wholeNumber)
    .option("--reason <text>", "why (required with --yes)")
    .option("--by <name>", "who decides (required with --yes)");
}

const ACCEPT_HELP = helpEnd({
  exits: EXITS.change,
  examples: [
    ["tripline anomalies accept --kind version-changed --host 10.20.0.0/24", "shows what would be accepted"],
    `tripline anomalies accept --severity low --reason CHG-1 --by soc --yes`,
  ],
  note: "A rollout matches --host only when all of its hosts do.",
});

const MUTE_HELP = helpEnd({
  exits: EXITS.change,
  examples: [
    ["tripline anomalies mute --host 10.20.0.15 --until 2h", "shows what would be muted"],
    `tripline anomalies mute --host nas --until 2h --reason move --by soc --yes`,
  ],
  note: "It mutes what is there now. Mute what is still to come with tripline mute add.",
});

export async function acceptMany(host: CommandHost, options: ManyOptions, name: string): Promise<number> {
  const asked = askedOf(host, options, name);
  if (typeof asked === "string") return usage(host.io, asked);
  return perform(host, STATE_OPERATIONS.acceptMany, { options, input: asked, words: ["accept", "accepted"] });
}

async function muteMany(host: CommandHost, options: ManyOptions): Promise<number> {
  const asked = askedOf(host, options, "anomalies mute");
  if (typeof asked === "string") return usage(host.io, asked);
  if (options.until === undefined) return usage(host.io, "anomalies mute needs --until");
  const until = untilOf(options.until, host.runtime.clock.now());
  if (typeof until === "string") return usage(host.io, until);
  const input = { ...asked, until };
  return perform(host, STATE_OPERATIONS.muteMany, { options, input, words: ["mute", "muted"] });
}

interface Asked {
  readonly filter: AnomalyFilter;
  readonly yes: boolean;
  readonly limit: number;
  readonly by?: string;
  readonly reason?: string;
}

const LIMIT = 100;
const MOST = 1000;

function askedOf({ runtime }: CommandHost, options: ManyOptions, name: string): Asked | string {
  const { yes = false, limit = LIMIT, by, reason } = options;
  const filter = filterOf(options, runtime.clock.now());
  if (!filter.ok) return filter.error;
  if (Object.keys(filter.value).length === 0)
    return `${name} needs at least one of --severity, --host, --kind, --since, --state`;
  if (filter.value.state?.some((state) => state !== "open" && state !== "muted") === true)
    return `${name} changes open and muted anomalies: --state takes open, muted`;
  if (limit > MOST) return `--limit is at most ${MOST}, got ${limit}`;
  if (yes && (by === undefined || reason === undefined)) return `${name} needs --reason and --by: why, and who decided`;
  return { filter: filter.value, yes, limit, ...(by && { by }), ...(reason && { reason }) };
}

interface Performed<In> {
  readonly options: ManyOptions;
  readonly input: In;
  readonly words: readonly [todo: string, done: string];
}

function perform<In>(
  { io, runtime }: CommandHost,
  operation: ChangeOperation<In, ManyView>,
  { options, input, words }: Performed<In>,
): Promise<number> {
  return act({ io, runtime }, operation, {
    globals: withoutStates(options),
    input,
    done: (found) => ({ data: found, text: () => manyText(found, words) }),
  });
}
