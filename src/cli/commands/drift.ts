import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { OPERATIONS, type OutcomeOf } from "../../app/operations/registry.ts";
import { failureText } from "../../app/failure.ts";
import { stateDirectory } from "../../config/settings.ts";
import type { LoadedConfig } from "../../config/load.ts";
import { LACKS_SOURCE, lacksSource } from "../../declared/compare/lacks-source.ts";
import type { Severity } from "../../domain/declaration.ts";
import { driftExit } from "../../report/model/drift.ts";
import { EXIT, EXITS } from "../exit-codes.ts";
import { helpEnd } from "../help.ts";
import { complain, type GlobalOptions } from "../io.ts";
import { suggestion } from "../option-values.ts";
import { printView, wantsJson } from "../print-result.ts";
import { progressLine } from "../terminal/progress.ts";
import { type CommandHost, configFor, optionalConfigFor, usage } from "./command.ts";
import { failOnOption } from "./cycles-result.ts";

interface DriftOptions extends GlobalOptions {
  readonly source?: string[];
  readonly live: string[];
  readonly failOn?: Severity;
  readonly strict?: boolean;
}

const EXAMPLES = helpEnd({
  exits: {
    ...EXITS.cycles,
    [EXIT.partial]: "done, but a scan or a source was incomplete",
    [EXIT.outputUnreachable]: EXITS.any[EXIT.outputUnreachable],
  },
  examples: [
    ["tripline drift --source inventory.csv --live scan.xml --fail-on high", "in a pipeline: no store, no nmap"],
    ["tripline drift --live last", "the last scan against the declarations of the configuration"],
  ],
  note: "Other drift tools use 1 or 2 for drift; here findings are 10, and only with --fail-on.",
});

/** `tripline drift`: what is declared against what the wire shows. */
export function addDrift(host: CommandHost): void {
  const { program, done } = host;
  program
    .command("drift")
    .description("compare what is declared with what answers: undeclared, missing, moved, mismatched")
    .option("--source <file...>", "inventories (CSV or YAML), in addition to those of the configuration")
    .option("--live <what...>", "last (the last scan), scan (scan now), or recorded XML files", ["last"])
    .addOption(failOnOption())
    .option("--strict", "incomplete evidence (3) wins over findings (10)")
    .addHelpText("after", EXAMPLES)
    .action(async (_: unknown, command: { optsWithGlobals(): DriftOptions }) =>
      done(await drift(host, command.optsWithGlobals())),
    );
}

async function drift(host: CommandHost, options: DriftOptions): Promise<number> {
  const { io, runtime } = host;
  const slip = wrongWord(options.live, io.cwd);
  if (slip !== null) return usage(io, slip);
  const needsConfig = options.live[0] === "last" || options.live[0] === "scan";
  const loaded = needsConfig ? configFor({ io, runtime }, options) : optionalConfigFor({ io, runtime }, options);
  if (!loaded.ok) {
    complain(io, loaded.error.text);
    return loaded.error.exit;
  }
  const directory = stateDirectory(loaded.value, options.state ?? null, io.cwd);
  if (options.live[0] === "scan" && loaded.value !== null) {
    const refused = await scanFirst(host, options, { loaded: loaded.value, stateDirectory: directory });
    if (refused !== null) return refused;
  }
  const result = await OPERATIONS.drift.run(
    { runtime, loaded: loaded.value, stateDirectory: directory },
    { sources: options.source ?? [], live: needsConfig ? "last" : options.live, cwd: io.cwd },
    { signal: io.signal },
  );
  if (!result.ok) {
    complain(io, failureText(result.error));
    return result.error.exit;
  }
  return show(host, options, result.value);
}

/** A word for `--live` that is neither a file nor one of the two that are known, but nearly. */
function wrongWord([first = "", ...more]: readonly string[], cwd: string): string | null {
  const words = ["last", "scan"];
  if (more.length > 0 || words.includes(first) || existsSync(resolve(cwd, first))) return null;
  const meant = suggestion(first, words);
  return meant === "" ? null : `--live takes last, scan or recorded XML files, and there is no file "${first}"${meant}`;
}

async function scanFirst(
  { io, runtime }: CommandHost,
  options: DriftOptions,
  at: { readonly loaded: LoadedConfig; readonly stateDirectory: string },
): Promise<number | null> {
  const progress = progressLine(io, options);
  const scanned = await OPERATIONS.scanOrAsk.run(
    { ...at, runtime },
    { profile: "ports", learn: true, learnScans: null, emit: false },
    { signal: io.signal, onProgress: (now) => progress.show(now) },
  );
  progress.clear();
  if (!scanned.ok) {
    complain(io, failureText(scanned.error));
    return scanned.error.exit;
  }
  // What an agent scanned is the last scan as well.
  return "report" in scanned.value && scanned.value.report.state === "interrupted" ? EXIT.interrupted : null;
}

function show({ io }: CommandHost, options: DriftOptions, outcome: OutcomeOf<"drift">): number {
  const { report, state, completeness, incomplete, degraded } = outcome;
  const exit = driftExit(report, state, {
    failOn: options.failOn ?? null,
    strict: options.strict === true,
    completeness,
    why: incomplete,
    degraded,
  });
  const hints = lacksSource(report) ? [LACKS_SOURCE] : [];
  printView(io, options, { kind: "drift", report, sources: state.sources, exit, hints });
  for (const reason of wantsJson(options) ? [] : exit.reasons) complain(io, reason);
  return exit.code;
}
