import { resolve } from "node:path";
import { failureText } from "../../app/failure.ts";
import { OPERATIONS } from "../../app/operations/registry.ts";
import { stateDirectory } from "../../config/settings.ts";
import { EXITS } from "../exit-codes.ts";
import { helpEnd } from "../help.ts";
import { complain } from "../io.ts";
import { momentBefore, wholeNumber } from "../option-values.ts";
import { progressLine, sending } from "../terminal/progress.ts";
import { type CommandHost, configFor, type Reader } from "./command.ts";
import { type CycleOptions, failOnOption, showCycles } from "./cycles-result.ts";

interface ReplayOptions extends CycleOptions {
  readonly from?: string;
  readonly since?: number;
  readonly last?: number;
  readonly learnScans?: number;
  readonly emit?: boolean;
}

const EXAMPLES = helpEnd({
  exits: EXITS.cycles,
  examples: [
    ["tripline replay --since 7d", "a week of archived scans under today's rules, in a temporary store"],
    ["tripline replay --last 2 --learn-scans 1 --json", "the newest cycle against the one before it"],
  ],
  note: "An archived file that is missing or damaged makes its cycle partial (3): nothing counts as absent because of it.",
});

/** `tripline replay [CYCLE…]`: what today's rules, mutes and declarations say about scans that were archived. */
export function addReplay({ program, io, runtime, done }: CommandHost): void {
  program
    .command("replay [cycle...]")
    .description("analyse archived scans again, in order, under today's rules; --state keeps the result")
    .option("--from <dir>", "state directory whose archive is read (default: the configuration's)")
    .option("--since <time>", "only cycles since then: 7d, or 2027-03-01", momentBefore(runtime.clock))
    .option("--last <n>", "only the newest n cycles", wholeNumber)
    .option("--learn-scans <n>", "mature after this many covered scans, with no minimum time", wholeNumber)
    .option("--emit", "also send the events of the replay; they are tagged and have ids of their own")
    .addOption(failOnOption())
    .option("--strict", "an incomplete scan (3) or an unreachable output (4) wins over findings (10)")
    .addHelpText("after", EXAMPLES)
    .action(async (cycles: string[], _: unknown, command: { optsWithGlobals(): ReplayOptions }) =>
      done(await run({ io, runtime }, command.optsWithGlobals(), cycles)),
    );
}

async function run({ io, runtime }: Reader, options: ReplayOptions, ids: readonly string[]): Promise<number> {
  const loaded = configFor({ io, runtime }, options);
  if (!loaded.ok) {
    complain(io, loaded.error.text);
    return loaded.error.exit;
  }
  const progress = progressLine(io, options);
  const kept = options.state === undefined ? null : resolve(io.cwd, options.state);
  const result = await OPERATIONS.replay.run(
    { runtime, loaded: loaded.value, stateDirectory: kept },
    {
      archive: stateDirectory(loaded.value, options.from ?? null, io.cwd),
      choice: { ids, since: options.since ?? null, last: options.last ?? null },
      learnScans: options.learnScans ?? null,
      learn: true,
      emit: options.emit === true,
    },
    { signal: io.signal, onSending: (settled, of) => progress.show(sending(settled, of)) },
  );
  progress.clear();
  if (!result.ok) {
    complain(io, failureText(result.error));
    return result.error.exit;
  }
  const { cycles, delivery, opening } = result.value;
  const shown = options.state !== undefined || options.emit === true;
  const { segment } = loaded.value.config;
  return showCycles(io, options, { cycles, segment, delivery: shown ? delivery : null, opening });
}
