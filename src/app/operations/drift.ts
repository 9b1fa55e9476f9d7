import { resolve } from "node:path";
import { z } from "zod";
import type { LoadedConfig } from "../../config/load.ts";
import type { DriftOutcome } from "../../declared/compare/outcome.ts";
import { driftOfRecorded } from "../../declared/compare/recorded-drift.ts";
import { normalAt } from "../../declared/compare/remembered.ts";
import type { Remembered } from "../../declared/compare/same-application.ts";
import { readSources } from "../../declared/readers/read-sources.ts";
import type { DeclaredState } from "../../domain/declaration.ts";
import type { NmapRun } from "../../domain/nmap-run.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import { lostTogether, observeAlone } from "../../scan/quality/observe.ts";
import { readRecordedScan } from "../../scan/recorded.ts";
import { sourceSettings } from "../declared-reader.ts";
import { scopeTest } from "../../config/settings.ts";
import { type OperationFailure, unreadableFile } from "../failure.ts";
import { withState } from "./on-state.ts";
import type { Ground } from "./operation.ts";

/** `tripline drift`: declarations against the wire, in CI with files alone: no store, no nmap, no network. */
export const DRIFT = z.strictObject({
  sources: z.array(z.string()).readonly(),
  /** `last`, or recorded files. */
  live: z.union([z.literal("last"), z.array(z.string()).readonly()]),
  cwd: z.string(),
});

export interface DriftPlace extends Ground {
  readonly stateDirectory: string;
}

type DriftRequest = DriftPlace & z.infer<typeof DRIFT>;

export async function runDrift(request: DriftRequest): Promise<Result<DriftOutcome, OperationFailure>> {
  const { readers } = request.runtime;
  const settings = sourceSettings(request.loaded, { files: request.sources, cwd: request.cwd, readers });
  if (settings.length === 0) return err(NOTHING_DECLARED);
  const now = request.runtime.clock.now();
  const state = await readSources(settings, { readers, now, previous: null });
  const notes = state.sources.flatMap((source) => source.notes);
  if (state.sources.every((source) => source.state === "unreadable")) {
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
  return ok(compare(state, wire.value, request.loaded));
}

function compare(state: DeclaredState, wire: Wire, loaded: LoadedConfig | null): DriftOutcome {
  const inScope = scopeTest(loaded);
  const seen = observeAlone(wire.runs, inScope);
  return driftOfRecorded(state, {
    ...seen,
    incomplete: wire.incomplete,
    degraded: wire.degraded,
    vantageAddress: loaded?.config.vantage.seen_as[0] ?? null,
    remembered: wire.remembered,
    isOutage: lostTogether,
  });
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
  readonly incomplete: readonly string[];
  readonly degraded: boolean;
  readonly remembered: Remembered;
}

const NOTHING_REMEMBERED: Remembered = () => new Map();

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
  return withState({ ...request, loaded }, "read", async ({ store }) => {
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
    const { hosts } = await store.cycles.loadBaseline(loaded.config.segment);
    const byAddress = new Map([...hosts.values()].map((host) => [host.address, host]));
    const remembered: Remembered = (address, port) => normalAt(byAddress.get(address) ?? null, port);
    const runs = await store.history.runsOf(cycle.id);
    const incomplete = cycle.summary?.reason ?? null;
    return ok({
      runs,
      incomplete: incomplete === null ? [] : [incomplete],
      degraded: cycle.vantage?.state === "degraded",
      remembered,
    });
  });
}

async function recordedScans(files: readonly string[], request: DriftRequest): Promise<Result<Wire, OperationFailure>> {
  const runs: NmapRun[] = [];
  const incomplete: string[] = [];
  for (const [shard, file] of files.entries()) {
    const path = resolve(request.cwd, file);
    const missing = unreadableFile(path);
    if (missing !== null) return err(missing);
    const { run } = await readRecordedScan(path);
    runs.push({ ...run, shard });
    if (run.reason !== null) incomplete.push(`${file}: ${run.reason}`);
  }
  return ok({ runs, incomplete, degraded: false, remembered: NOTHING_REMEMBERED });
}
