import { formatIntervals, subtract, union } from "../lib/intervals.ts";
import type { HostCoverage } from "../domain/baseline.ts";
import type { Coverage, HostObservation } from "../domain/observation.ts";

/**
 * Adds what one scan really measured. Equal port sets are one entry with a count: a closed port never costs a row.
 */
export function addCoverage(
  known: readonly HostCoverage[],
  covered: readonly Coverage[],
  scan: number,
): readonly HostCoverage[] {
  const sets = new Map(known.map((set) => [coverageKey(set), set]));
  for (const set of distinct(covered)) {
    const before = sets.get(coverageKey(set));
    sets.set(coverageKey(set), {
      transport: set.transport,
      phase: set.phase,
      ports: set.ports,
      scans: (before?.scans ?? 0) + 1,
      first: before?.first ?? scan,
      last: scan,
    });
  }
  return [...sets.values()];
}

/** Of what one scan measured, the ports that were measured before. */
export function confirmedCoverage(known: readonly HostCoverage[], covered: readonly Coverage[]): readonly Coverage[] {
  return covered.map((set) => {
    const same = known.filter(({ transport, phase }) => transport === set.transport && phase === set.phase);
    const fresh = subtract(set.ports, union(...same.map(({ ports }) => ports)));
    return { ...set, ports: subtract(set.ports, fresh) };
  });
}

/** True when the ports of the host were completely measured: only then does the scan count for its maturity. */
export function portsMeasured(observation: HostObservation): boolean {
  return observation.coverage.some((c) => c.phase === "ports" && c.ports.length > 0);
}

export function coverageKey(set: Coverage): string {
  return `${set.transport} ${set.phase} ${formatIntervals(set.ports)}`;
}

/** Two processes of one cycle that measured the same ports are still one scan of them. */
function distinct(covered: readonly Coverage[]): readonly Coverage[] {
  return [...new Map(covered.filter((c) => c.ports.length > 0).map((c) => [coverageKey(c), c])).values()];
}
