import { Option } from "commander";
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Delivery } from "../../app/delivery.ts";
import { failureText } from "../../app/operations/failure.ts";
import { scanNow } from "../../app/operations/scan-now.ts";
import { scanRecorded } from "../../app/operations/scan-recorded.ts";
import { scanJson } from "../../app/scan-json.ts";
import { stateDirectory } from "../../app/settings.ts";
import type { Severity } from "../../domain/declaration.ts";
import type { FinishedReport } from "../../pipeline/cycle-report.ts";
import { EXIT, EXIT_CODES_HELP, exitCodeOf } from "../exit-codes.ts";
import { type CommandIo, complain, type GlobalOptions, say } from "../io.ts";
import { renderDelivery } from "../render/delivery.ts";
import { progressLine } from "../render/progress.ts";
import { renderScan } from "../render/scan.ts";
import { painter } from "../render/style.ts";
import { type CommandHost, configFor, optionalConfigFor, wantsJson } from "./command.ts";

interface ScanOptions extends GlobalOptions {
  readonly fromXml?: string[];
  readonly learnScans?: number;
  readonly learn: boolean;
  readonly emit?: boolean;
  readonly profile: "ports" | "deep";
  readonly failOn?: Severity;
  readonly strict?: boolean;
}

const EXAMPLES = `
Examples:
  tripline scan                                     one scan now, with the configuration's targets
  tripline scan --from-xml old.xml new.xml --learn-scans 1 --format json
${EXIT_CODES_HELP}`;

/** `tripline scan`: one cycle now, or recorded files as successive cycles. */
export function addScan({ program, io, done }: CommandHost): void {
  program
    .command("scan")
    .description("scan once now (or read recorded nmap XML) and show what changed")
    .option("--from-xml <file...>", "recorded nmap XML files, oldest first, instead of scanning; needs no nmap")
    .option("--learn-scans <n>", "mature after this many covered scans, with no minimum time", positive)
    .option("--no-learn", "look and report, but leave the baseline as it is")
    .option("--emit", "also send the events that wait to the configured outputs")
    .addOption(new Option("--profile <profile>", "what to look at").choices(["ports", "deep"]).default("ports"))
    .addOption(
      new Option("--fail-on <severity>", "exit 10 at this severity or above").choices([
        "low",
        "medium",
        "high",
        "critical",
      ]),
    )
    .option("--strict", "an incomplete scan (3) or an unreachable output (4) wins over findings (10)")
    .addHelpText("after", EXAMPLES)
    .action(async (_: unknown, command: { optsWithGlobals(): ScanOptions }) => {
      const options = command.optsWithGlobals();
      done(options.fromXml === undefined ? await live(io, options) : await recorded(io, options, options.fromXml));
    });
}

function positive(text: string): number {
  const n = Number(text);
  // commander prints the message of an Error thrown here as a usage error.
  if (!Number.isInteger(n) || n < 1) throw new TypeError("--learn-scans takes a whole number from 1");
  return n;
}

async function recorded(io: CommandIo, options: ScanOptions, files: readonly string[]): Promise<number> {
  const loaded = optionalConfigFor(io, options);
  if (!loaded.ok) return refuse(io, loaded.error.text, loaded.error.exit);
  const state = options.state ?? (loaded.value === null ? null : stateDirectory(loaded.value, null, io.cwd));
  const result = await scanRecorded({
    files: files.map((file) => resolve(io.cwd, file)),
    names: files,
    loaded: loaded.value,
    stateDirectory: state === null ? null : resolve(io.cwd, state),
    learnScans: options.learnScans ?? null,
    learn: options.learn,
    emit: options.emit === true,
    signal: io.signal,
  });
  if (!result.ok) return refuse(io, failureText(result.error), result.error.exit);
  const { cycles, delivery } = result.value;
  const segment = loaded.value?.config.segment ?? "recorded";
  show(io, options, { cycles, segment, delivery: state === null ? null : delivery });
  return codeFor(
    options,
    cycles.map((cycle) => cycle.report),
    delivery.unreachable,
  );
}

async function live(io: CommandIo, options: ScanOptions): Promise<number> {
  const loaded = configFor(io, options);
  if (!loaded.ok) return refuse(io, loaded.error.text, loaded.error.exit);
  const progress = progressLine(io, options);
  const result = await scanNow({
    loaded: loaded.value,
    stateDirectory: stateDirectory(loaded.value, options.state ?? null, io.cwd),
    profile: options.profile,
    learn: options.learn,
    learnScans: options.learnScans ?? null,
    emit: options.emit === true,
    signal: io.signal,
    onProgress: (now) => progress.show(now),
  });
  progress.clear();
  if (!result.ok) return refuse(io, failureText(result.error), result.error.exit);
  const { report, delivery } = result.value;
  if (report.state === "interrupted") return refuse(io, "interrupted: nothing was learned", EXIT.interrupted);
  const cycles = [{ file: null, report }];
  show(io, options, { cycles, segment: loaded.value.config.segment, delivery });
  return codeFor(options, [report], delivery.unreachable);
}

function refuse(io: CommandIo, text: string, exit: number): number {
  complain(io, text);
  return exit;
}

interface Shown {
  readonly cycles: readonly { readonly file: string | null; readonly report: FinishedReport }[];
  readonly segment: string;
  /** Null: the store is gone already. */
  readonly delivery: Delivery | null;
}

function show(io: CommandIo, options: ScanOptions, { cycles, segment, delivery }: Shown): void {
  const text = wantsJson(options)
    ? `${JSON.stringify(scanJson(cycles), null, 2)}\n`
    : cycles
        .map(
          ({ file, report }) => (file === null ? "" : `${file}\n`) + renderScan(report, segment, painter(io, options)),
        )
        .join("\n\n");
  if (options.output === undefined) say(io, text);
  else writeFileSync(resolve(io.cwd, options.output), text);
  if (delivery !== null && delivery.waiting > 0 && options.quiet !== true) complain(io, renderDelivery(delivery));
}

const ORDER: readonly Severity[] = ["low", "medium", "high", "critical"];

function codeFor(options: ScanOptions, reports: readonly FinishedReport[], unreachable: boolean): number {
  const limit = options.failOn === undefined ? null : ORDER.indexOf(options.failOn);
  const open = reports.flatMap((report) => report.steps).filter((step) => step.anomaly.state === "open");
  return exitCodeOf({
    partial: reports.some((r) => r.summary.completeness !== "complete" || r.vantage.state === "degraded"),
    unreachable,
    findings: limit !== null && open.some((step) => ORDER.indexOf(step.anomaly.score.band) >= limit),
    strict: options.strict === true,
  });
}
