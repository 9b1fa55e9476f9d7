import type { LoadedConfig } from "../../config/load.ts";
import { emptyBaseline } from "../../domain/baseline.ts";
import type { ScanKnowledge } from "../../domain/ports/scan-source.ts";
import type { Profile, RunEstimate } from "../../domain/scan-plan.ts";
import { ok, type Result } from "../../lib/result.ts";
import { declaredReader } from "../declared-reader.ts";
import type { ScanPlanView } from "../../report/model/plan.ts";
import type { OperationFailure } from "../failure.ts";
import { type PinnedScan, prepareLive } from "../live.ts";
import { openState, systemClock } from "../wiring.ts";

/** `tripline scan --dry-run`: what would be started. Nothing is started, written or locked. */
export interface DryRunRequest {
  readonly loaded: LoadedConfig;
  readonly stateDirectory: string;
  readonly profile: Profile;
  readonly only?: readonly string[];
}

export async function dryRun(request: DryRunRequest): Promise<Result<ScanPlanView, OperationFailure>> {
  const live = prepareLive(request.loaded, request.stateDirectory);
  if (!live.ok) return live;
  const pinned = await live.value.pin(request.only);
  return pinned.ok ? ok(await planned(request, pinned.value)) : pinned;
}

async function planned(request: DryRunRequest, pinned: PinnedScan): Promise<ScanPlanView> {
  const { addresses, pinned: names } = pinned.targets;
  const { shards, notes } = await pinned.preview(request.profile, await known(request));
  const sum = (pick: (estimate: RunEstimate) => number) => shards.reduce((total, s) => total + pick(s.estimate), 0);
  return {
    segment: request.loaded.config.segment,
    addresses: addresses.length,
    estimate: {
      packets: sum((e) => e.packets),
      seconds: sum((e) => e.seconds),
      deadlineSeconds: sum((e) => e.deadlineSeconds),
    },
    shards,
    names: [...names].map(([name, pinnedTo]) => ({ name, addresses: pinnedTo })),
    notes,
  };
}

/** Known open ports join the plan; a state that is not there yet knows nothing. */
async function known({ loaded, stateDirectory }: DryRunRequest): Promise<Pick<ScanKnowledge, "baseline" | "declared">> {
  const read = declaredReader(loaded, systemClock());
  const declared = read === null ? null : await read(null);
  const { segment } = loaded.config;
  const opened = openState(stateDirectory, "read");
  if (!opened.ok) return { baseline: emptyBaseline(segment), declared };
  try {
    return { baseline: await opened.value.cycles.loadBaseline(segment), declared };
  } finally {
    opened.value.close();
  }
}
