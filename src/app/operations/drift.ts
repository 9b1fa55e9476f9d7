import { resolve } from "node:path";
import type { LoadedConfig } from "../../config/load.ts";
import { drift, type DriftReport } from "../../declared/drift.ts";
import { readSources } from "../../declared/sources.ts";
import type { DeclaredState } from "../../domain/declaration.ts";
import type { Completeness, NmapRun } from "../../domain/nmap-run.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import { mergeObservations } from "../../scan/quality/merge.ts";
import { summarise } from "../../scan/quality/summary.ts";
import { readRecordedScan } from "../../scan/recorded.ts";
import { sourceSettings } from "../declared-reader.ts";
import { scopeTest } from "../settings.ts";
import { systemClock } from "../wiring.ts";
import { type OperationFailure, unreadableFile } from "./failure.ts";
import { withState } from "./with-state.ts";

/** `tripline drift`: declarations against the wire, in CI with files alone: no store, no nmap, no network. */
export interface DriftRequest {
  readonly loaded: LoadedConfig | null;
  readonly stateDirectory: string;
  readonly sources: readonly string[];
  /** `last`, or recorded files. */
  readonly live: "last" | readonly string[];
  readonly cwd: string;
}

export interface DriftOutcome {
  readonly report: DriftReport;
  readonly state: DeclaredState;
  readonly completeness: Completeness;
  readonly degraded: boolean;
}

export async function runDrift(request: DriftRequest): Promise<Result<DriftOutcome, OperationFailure>> {
  const settings = sourceSettings(request.loaded, request.sources, request.cwd);
  if (settings.length === 0) return err(NOTHING_DECLARED);
  const state = readSources(settings, { now: systemClock().now(), previous: null });
  const notes = state.sources.flatMap((source) => source.notes);
  if (state.sources.every((source) => source.state !== "read")) {
    return err({
      code: "TL141",
      exit: 78,
      what: `no declaration could be read:\n${notes.join("\n")}`,
      effect: "Nothing was compared.",
      fix: "Correct the files or the paths.",
    });
  }
  const wire = request.live === "last" ? await lastScan(request) : await recordedScans(request.live, request);
  if (!wire.ok) return wire;
  const inScope = scopeTest(request.loaded);
  const runs = wire.value.runs.map((run) => ({ ...run, hosts: run.hosts.filter((host) => inScope(host.address)) }));
  const hosts = mergeObservations(runs);
  const { completeness } = summarise({ runs, hosts, planned: null, outOfScope: 0 });
  const observations = hosts.filter((host) => host.state === "up");
  const vantageAddress = request.loaded?.config.vantage.seen_as[0] ?? null;
  const report = drift({ state, observations, vantageDegraded: wire.value.degraded, vantageAddress });
  return ok({ report, state, completeness, degraded: wire.value.degraded });
}

const NOTHING_DECLARED: OperationFailure = {
  code: "TL142",
  exit: 2,
  what: "nothing is declared: no --source and no declared: in the configuration",
  effect: "There is nothing to compare with.",
  fix: "Name an inventory with --source FILE (CSV or YAML).",
};

interface Wire {
  readonly runs: readonly NmapRun[];
  readonly degraded: boolean;
}

function lastScan(request: DriftRequest): Promise<Result<Wire, OperationFailure>> {
  const { loaded } = request;
  if (loaded === null) {
    return Promise.resolve(
      err({
        code: "TL143",
        exit: 2,
        what: "--live last needs a configuration",
        effect: "Nothing was compared.",
        fix: "Give -c FILE, or recorded scans with --live FILE.xml.",
      }),
    );
  }
  return withState({ directory: request.stateDirectory, access: "read" }, async (store) => {
    const cycle = await store.history.lastCycle(loaded.config.segment);
    if (cycle === null) {
      return err({
        code: "TL144",
        exit: 2,
        what: "there is no scan yet",
        effect: "Nothing was compared.",
        fix: "Run tripline scan first, or use --live scan.",
      });
    }
    return ok({ runs: await store.history.runsOf(cycle.id), degraded: cycle.vantage?.state === "degraded" });
  });
}

async function recordedScans(files: readonly string[], request: DriftRequest): Promise<Result<Wire, OperationFailure>> {
  const runs: NmapRun[] = [];
  for (const [shard, file] of files.entries()) {
    const path = resolve(request.cwd, file);
    const missing = unreadableFile(path);
    if (missing !== null) return err(missing);
    runs.push({ ...(await readRecordedScan(path)).run, shard });
  }
  return ok({ runs, degraded: false });
}
