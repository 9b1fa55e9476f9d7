import { z } from "zod";
import type { Clock } from "../../domain/ports/clock.ts";
import { derivedTimeOrderedId } from "../../lib/ids.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import { readRecordedScan } from "../../scan/recorded.ts";
import { type OperationFailure, unreadableFile } from "../failure.ts";
import { analyse, type AnalysisOutcome, type RecordedCycle, type RecordedCycles } from "./analyse.ts";
import type { During, Ground } from "./operation.ts";
import { LEARNING } from "./scan-now.ts";

export const RECORDED = z.strictObject({
  /** Oldest first. */
  files: z.array(z.string()).readonly(),
  /** The files as the user wrote them, for the report. */
  names: z.array(z.string()).readonly(),
  ...LEARNING,
  emit: z.boolean(),
});

type RecordedRequest = z.infer<typeof RECORDED>;

/** `tripline scan --from-xml`: recorded nmap XML, one cycle per file. */
export function scanRecorded(
  at: Ground,
  request: RecordedRequest,
  during: During,
): Promise<Result<AnalysisOutcome, OperationFailure>> {
  return analyse({ at, request, during }, recordedCycles(request, at.runtime.clock));
}

/** Each file is read when it is asked for. */
export async function* recordedCycles(
  { files, names }: Pick<RecordedRequest, "files" | "names">,
  clock: Clock,
): RecordedCycles {
  let latest: number | null = null;
  for (const [i, file] of files.entries()) {
    const cycle: Result<RecordedCycle, OperationFailure> = await cycleOf(file, names[i] ?? file, latest ?? clock.now());
    if (cycle.ok && cycle.value.dated) latest = cycle.value.at;
    yield cycle;
  }
}

/** A file that tells no time failed after the one before it, or now: an event of 1970 would be found by nobody. */
async function cycleOf(
  file: string,
  name: string,
  undatedAt: number,
): Promise<Result<RecordedCycle, OperationFailure>> {
  const missing = unreadableFile(file);
  if (missing !== null) return err(missing);
  const { run, sha256 } = await readRecordedScan(file, { undatedAt });
  return ok({
    name,
    occasion: {
      cycleId: derivedTimeOrderedId(run.endedAt, sha256),
      profile: "ports",
      sourceAddress: null,
      foreign: true,
      tags: [],
    },
    startedAt: run.startedAt,
    at: run.endedAt,
    dated: run.completeness !== "failed",
    shards: [{ shard: 0, elapsedMs: run.endedAt - run.startedAt, runs: [run] }],
    gaps: [],
    narrowed: false,
  });
}
