import { resolve } from "node:path";
import { failureText } from "../../app/failure.ts";
import { OPERATIONS } from "../../app/operations/registry.ts";
import type { LoadedConfig } from "../../config/load.ts";
import { segmentOf, stateDirectory } from "../../config/settings.ts";
import { EXIT, EXITS } from "../exit-codes.ts";
import { helpEnd } from "../help.ts";
import { type CommandIo, complain } from "../io.ts";
import { oneOf, wholeNumber } from "../option-values.ts";
import { printView } from "../print-result.ts";
import { progressLine, sending } from "../terminal/progress.ts";
import { type CommandHost, configFor, optionalConfigFor, type Reader, usage } from "./command.ts";
import { printAsked } from "./scan-asked.ts";
import { type CycleOptions, failOnOption, showCycles } from "./cycles-result.ts";

interface ScanOptions extends CycleOptions {
  readonly fromXml?: string[];
  readonly learnScans?: number;
  readonly learn: boolean;
  readonly emit?: boolean;
  readonly target?: string[];
  readonly dryRun?: boolean;
  readonly wait: boolean;
  readonly profile: "ports" | "deep";
}

const EXAMPLES = helpEnd({
  exits: EXITS.cycles,
  examples: [
    ["tripline scan", "one scan now, of the configured targets; a running agent does it for you"],
    ["tripline scan --target 10.20.0.31 --dry-run", "what would be started for one of them"],
    "tripline scan --from-xml old.xml new.xml --learn-scans 1 --format json",
  ],
});

/** `tripline scan`: one cycle now, or recorded files as successive cycles. */
export function addScan({ program, io, runtime, done }: CommandHost): void {
  program
    .command("scan")
    .description("scan once now (or read recorded nmap XML) and show what changed")
    .option("--from-xml <file...>", "recorded nmap XML files, oldest first, instead of scanning; needs no nmap")
    .option("--target <what...>", "only these addresses, CIDRs or names of the configured targets; never others")
    .option("--dry-run", "print nmap's command lines with an estimate of packets and time; start and change nothing")
    .option("--learn-scans <n>", "mature after this many covered scans, with no minimum time", wholeNumber)
    .option("--no-learn", "scan and report, but do not change the baseline")
    .option("--no-wait", "beside a running agent: only ask it to scan, do not wait for what it finds")
    .option("--emit", "also send the waiting events to the configured outputs")
    .addOption(oneOf("--profile <profile>", "what to scan for", ["ports", "deep"]).default("ports"))
    .addOption(failOnOption())
    .option("--strict", "an incomplete scan (3) or an unreachable output (4) wins over findings (10)")
    .addHelpText("after", EXAMPLES)
    .action(async (_: unknown, command: { optsWithGlobals(): ScanOptions }) => {
      const options = command.optsWithGlobals();
      done(await scan({ io, runtime }, options));
    });
}

function scan(reader: Reader, options: ScanOptions): Promise<number> {
  const { fromXml, target, dryRun: dry } = options;
  if (fromXml === undefined) return dry === true ? planned(reader, options) : live(reader, options);
  if (target === undefined && dry !== true) return recorded(reader, options, fromXml);
  return Promise.resolve(usage(reader.io, "--from-xml reads files: --target and --dry-run are for scans with nmap"));
}

async function planned({ io, runtime }: Reader, options: ScanOptions): Promise<number> {
  const loaded = configFor({ io, runtime }, options);
  if (!loaded.ok) return refuse(io, loaded.error.text, loaded.error.exit);
  const plan = await OPERATIONS.dryRun.run(
    { runtime, loaded: loaded.value, stateDirectory: directoryOf(loaded.value, options, io) },
    { profile: options.profile, only: options.target },
    { signal: io.signal },
  );
  if (!plan.ok) return refuse(io, failureText(plan.error), plan.error.exit);
  printView(io, options, { kind: "dry-run", plan: plan.value });
  return EXIT.done;
}

async function recorded({ io, runtime }: Reader, options: ScanOptions, files: readonly string[]): Promise<number> {
  const loaded = optionalConfigFor({ io, runtime }, options);
  if (!loaded.ok) return refuse(io, loaded.error.text, loaded.error.exit);
  const state = options.state ?? (loaded.value === null ? null : stateDirectory(loaded.value, null, io.cwd));
  const progress = progressLine(io, options);
  const result = await OPERATIONS.scanRecorded.run(
    { runtime, loaded: loaded.value, stateDirectory: state === null ? null : resolve(io.cwd, state) },
    {
      files: files.map((file) => resolve(io.cwd, file)),
      names: files,
      learnScans: options.learnScans ?? null,
      learn: options.learn,
      emit: options.emit === true,
    },
    { signal: io.signal, onSending: (settled, of) => progress.show(sending(settled, of)) },
  );
  progress.clear();
  if (!result.ok) return refuse(io, failureText(result.error), result.error.exit);
  const { cycles, delivery, opening } = result.value;
  return showCycles(io, options, {
    cycles,
    segment: segmentOf(loaded.value),
    delivery: state === null && options.emit !== true ? null : delivery,
    opening,
  });
}

async function live({ io, runtime }: Reader, options: ScanOptions): Promise<number> {
  const loaded = configFor({ io, runtime }, options);
  if (!loaded.ok) return refuse(io, loaded.error.text, loaded.error.exit);
  const progress = progressLine(io, options);
  const site = { runtime, loaded: loaded.value, stateDirectory: directoryOf(loaded.value, options, io) };
  const request = {
    profile: options.profile,
    learn: options.learn,
    learnScans: options.learnScans ?? null,
    emit: options.emit === true,
    only: options.target,
    judged: options.failOn !== undefined || options.strict === true,
    wait: options.wait,
  };
  const result = await OPERATIONS.scanOrAsk.run(site, request, {
    signal: io.signal,
    onProgress: (now) => progress.show(now),
    onSending: (settled, of) => progress.show(sending(settled, of)),
  });
  progress.clear();
  if (!result.ok) return refuse(io, failureText(result.error), result.error.exit);
  if ("asked" in result.value) return printAsked(io, options, result.value);
  const { segment } = loaded.value.config;
  if ("outcome" in result.value) {
    const { outcome: report, delivery } = result.value;
    return showCycles(io, options, {
      cycles: [{ file: null, report }],
      segment,
      delivery,
      opening: [],
      sends: "agent",
    });
  }
  const { report, delivery, opening } = result.value;
  if (report.state === "interrupted") return refuse(io, "interrupted: nothing was learned", EXIT.interrupted);
  return showCycles(io, options, { cycles: [{ file: null, report }], segment, delivery, opening });
}

function directoryOf(loaded: LoadedConfig, { state }: ScanOptions, { cwd }: CommandIo): string {
  return stateDirectory(loaded, state ?? null, cwd);
}

function refuse(io: CommandIo, text: string, exit: number): number {
  complain(io, text);
  return exit;
}
