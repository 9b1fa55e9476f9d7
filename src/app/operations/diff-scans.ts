import { join } from "node:path";
import { z } from "zod";
import { isMeant } from "../../domain/anomaly-filter.ts";
import type { NmapRun } from "../../domain/nmap-run.ts";
import type { HostObservation } from "../../domain/observation.ts";
import type { CycleRecord } from "../../domain/ports/stores.ts";
import { diffScans } from "../../domain/scan-diff.ts";
import type { SeenByScan } from "../../domain/seen-by-scan.ts";
import { ok, type Result } from "../../lib/result.ts";
import { type ScanDiffView, scanRef } from "../../report/model/scans.ts";
import { replayRuns } from "../../scan/replayed.ts";
import type { OperationFailure } from "../failure.ts";
import { EXPORT } from "./export-baseline.ts";
import type { Desk } from "./operation.ts";
import { pickKeptScan } from "./pick-scan.ts";
import { byAddress, seenBy } from "./seen-by.ts";

/** Scans as `pickScan` takes them; hosts named: only these. */
export const DIFF_SCANS = z.strictObject({ ...EXPORT.shape, before: z.string(), after: z.string() });

/** What differs between two scans: by nmap's own files where those of both are kept, else by what was read from them. */
export async function diffOfScans(
  desk: Desk,
  request: z.infer<typeof DIFF_SCANS>,
): Promise<Result<ScanDiffView, OperationFailure>> {
  const before = await pickKeptScan(desk, request.before);
  if (!before.ok) return before;
  const after = await pickKeptScan(desk, request.after);
  if (!after.ok) return after;
  const cycles = [before.value, after.value] as const;
  const { source, runs } = await runsOfBoth(desk, cycles);
  const [was, is] = [seenBy(desk, cycles[0], runs[0]), seenBy(desk, cycles[1], runs[1])];
  return ok({
    kind: "scan-diff",
    segment: desk.loaded.config.segment,
    before: scanRef(cycles[0]),
    after: scanRef(cycles[1]),
    source,
    notes: notesOn(cycles),
    ...diffScans(only(was, request.hosts), only(is, request.hosts)),
  });
}

type Pair<T> = readonly [T, T];

interface Read {
  readonly source: ScanDiffView["source"];
  readonly runs: Pair<readonly NmapRun[]>;
}

/** Both by the same parser, or an upgrade between them would look like a change of the network. */
async function runsOfBoth({ store, stateDirectory }: Desk, [before, after]: Pair<CycleRecord>): Promise<Read> {
  const facts = [await store.history.runsOf(before.id), await store.history.runsOf(after.id)] as const;
  const raw = join(stateDirectory, "raw");
  if (facts.flat().some((run) => run.raw === null && run.hosts.length > 0)) return { source: "facts", runs: facts };
  const again = [await replayRuns(facts[0], raw), await replayRuns(facts[1], raw)] as const;
  const isUnreadable = again.flat().some(({ problems }) => problems.includes("raw-unreadable"));
  return isUnreadable ? { source: "facts", runs: facts } : { source: "archive", runs: again };
}

function only(seen: SeenByScan, wanted: readonly string[]): SeenByScan {
  if (wanted.length === 0) return seen;
  const isWanted = ({ address, names }: HostObservation) =>
    wanted.some((one) => isMeant(one, { address, name: names[0] ?? null }));
  return { ...seen, hosts: byAddress([...seen.hosts.values()].filter(isWanted)) };
}

function notesOn([before, after]: Pair<CycleRecord>): readonly string[] {
  return [
    ...(before.id === after.id ? ["both are the same scan"] : []),
    ...(before.startedAt > after.startedAt ? ["the first scan is the later one"] : []),
    ...[before, after].flatMap(limitOf),
  ];
}

function limitOf({ scanNumber, summary, vantage }: CycleRecord): readonly string[] {
  const reason = vantage?.state === "degraded" ? vantage.reason : (summary?.reason ?? null);
  return reason === null ? [] : [`scan ${scanNumber}: ${reason}; what it did not measure is no difference`];
}
