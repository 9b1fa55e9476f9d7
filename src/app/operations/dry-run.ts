import { z } from "zod";
import { emptyBaseline } from "../../domain/baseline.ts";
import type { ScanKnowledge } from "../../domain/ports/scan-source.ts";
import type { RunEstimate } from "../../domain/scan-plan.ts";
import { ok, type Result } from "../../lib/result.ts";
import type { ScanPlanView } from "../../report/model/plan.ts";
import type { OperationFailure } from "../failure.ts";
import type { PinnedScan } from "../live.ts";
import type { Site } from "./operation.ts";
import { PROFILE } from "./scan-now.ts";

export const DRY_RUN = z.strictObject({
  profile: PROFILE,
  /** A part of the configured targets; absent: all. */
  only: z.array(z.string()).readonly().optional(),
});

type DryRunRequest = z.infer<typeof DRY_RUN>;

/** `tripline scan --dry-run`: what would be started. Nothing is started, written or locked. */
export async function dryRun(site: Site, request: DryRunRequest): Promise<Result<ScanPlanView, OperationFailure>> {
  const live = site.runtime.live(site.loaded, site.stateDirectory);
  if (!live.ok) return live;
  const pinned = await live.value.pin(request.only);
  return pinned.ok ? ok(await planned(site, request, pinned.value)) : pinned;
}

async function planned(site: Site, { profile }: DryRunRequest, pinned: PinnedScan): Promise<ScanPlanView> {
  const { addresses, pinned: names } = pinned.targets;
  const { shards, notes } = await pinned.preview(profile, await known(site));
  const sum = (pick: (estimate: RunEstimate) => number) => shards.reduce((total, s) => total + pick(s.estimate), 0);
  return {
    segment: site.loaded.config.segment,
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
async function known({ runtime, loaded, stateDirectory }: Site): Promise<Pick<ScanKnowledge, "baseline" | "declared">> {
  const read = runtime.declared(loaded, runtime.clock);
  const declared = read === null ? null : await read(null);
  const { segment } = loaded.config;
  const opened = runtime.openState(stateDirectory, "read");
  if (!opened.ok) return { baseline: emptyBaseline(segment), declared };
  try {
    return { baseline: await opened.value.cycles.loadBaseline(segment), declared };
  } finally {
    opened.value.close();
  }
}
