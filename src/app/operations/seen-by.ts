import { scopeTest } from "../../config/settings.ts";
import { type NmapRun, provesAbsence } from "../../domain/nmap-run.ts";
import type { HostObservation } from "../../domain/observation.ts";
import type { CycleRecord } from "../../domain/ports/stores.ts";
import type { SeenByScan } from "../../domain/seen-by-scan.ts";
import { observeAlone } from "../../scan/quality/observe.ts";
import type { Desk } from "./operation.ts";

/** What a scan saw by these runs of it, and whose silence means something. */
export function seenBy({ loaded }: Desk, cycle: CycleRecord, runs: readonly NmapRun[]): SeenByScan {
  const alone = observeAlone(runs, scopeTest(loaded));
  const complete = runs.filter((run) => run.phase === "ports" && provesAbsence(run));
  const named = new Set(complete.flatMap((run) => run.hosts.map(({ address }) => address)));
  const trusted = cycle.vantage?.state !== "degraded";
  return {
    hosts: byAddress(alone.observations),
    asked: (address) => trusted && (named.has(address) || alone.asked(address)),
    comparability: cycle.summary?.comparability ?? new Map(),
  };
}

export function byAddress(hosts: readonly HostObservation[]): ReadonlyMap<string, HostObservation> {
  return new Map(hosts.map((host) => [host.address, host]));
}
