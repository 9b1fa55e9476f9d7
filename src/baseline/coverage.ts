import { formatIntervals } from "../lib/intervals.ts";
import type { ClassRate, HostCoverage } from "../domain/baseline.ts";
import type { PortClass } from "../domain/network.ts";
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

/** True when the ports of the host were completely measured: only then does the scan count for its maturity. */
export function portsMeasured(observation: HostObservation): boolean {
  return observation.coverage.some((c) => c.phase === "ports" && c.ports.length > 0);
}

const CLASS_BOUNDS: Readonly<Record<PortClass, readonly (readonly [from: number, to: number])[]>> = {
  "well-known": [[0, 1023]],
  registered: [
    [1024, 29_999],
    [32_768, 49_151],
  ],
  nodeport: [[30_000, 32_767]],
  ephemeral: [[49_152, 65_535]],
};

/** The port classes a scan of this host looked into: each is one opportunity for a port to open. */
export function coveredClasses(observation: HostObservation): readonly PortClass[] {
  const measured = observation.coverage.filter((c) => c.phase === "ports").flatMap((c) => c.ports);
  const classes: readonly PortClass[] = ["well-known", "registered", "nodeport", "ephemeral"];
  return classes.filter((name) =>
    CLASS_BOUNDS[name].some(([low, high]) => measured.some(([from, to]) => from <= high && to >= low)),
  );
}

/** Adds opportunities and openings to the rates of the segment. */
export function addRates(
  rates: ReadonlyMap<PortClass, ClassRate>,
  seen: { readonly trials: readonly PortClass[]; readonly opened: readonly PortClass[] },
): ReadonlyMap<PortClass, ClassRate> {
  const sums = new Map(rates);
  const add = (name: PortClass, opened: number, trials: number) => {
    const before = sums.get(name) ?? { opened: 0, trials: 0 };
    sums.set(name, { opened: before.opened + opened, trials: before.trials + trials });
  };
  for (const name of seen.trials) add(name, 0, 1);
  for (const name of seen.opened) add(name, 1, 0);
  return sums;
}

export function coverageKey(set: Coverage): string {
  return `${set.transport} ${set.phase} ${formatIntervals(set.ports)}`;
}

/** Two processes of one cycle that measured the same ports are still one scan of them. */
function distinct(covered: readonly Coverage[]): readonly Coverage[] {
  return [...new Map(covered.filter((c) => c.ports.length > 0).map((c) => [coverageKey(c), c])).values()];
}
