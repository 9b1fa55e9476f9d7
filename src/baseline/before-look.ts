import type { HostBaseline, HostCoverage } from "../domain/baseline.ts";
import type { AbsentHost, CycleView, HostView } from "../domain/cycle.ts";
import type { HostObservation } from "../domain/observation.ts";
import { teaches } from "../domain/safe-period.ts";
import { lookAt } from "../domain/settle.ts";
import { coverageKey, portsMeasured } from "./coverage.ts";

/**
 * A look that was already learned from is repeated: this is memory as it was before, as far as it counts looks. Otherwise one
 * silence would count twice, and a port that was missed once would be called closed. What the look changed for good
 * (states, values) stays, because it is not news the second time.
 */
export function beforeLook(view: CycleView): CycleView {
  const hosts = view.hosts.map(
    (host): HostView => ({
      ...host,
      known: host.known === null ? null : uncounted(host.known, host.observation, teaches(view.context)),
    }),
  );
  const absent = view.absent.map((one): AbsentHost => {
    const misses = one.answer === "down" ? oneLess(one.known.misses) : one.known.misses;
    return { ...one, known: { ...one.known, misses } };
  });
  return { ...view, hosts, absent };
}

/** `counted`: the look counted towards the maturity of the host. */
function uncounted(known: HostBaseline, look: HostObservation, counted: boolean): HostBaseline {
  const ports = [...known.ports].map(([key, port]) => {
    const missed = lookAt(look, port).state === "not-open";
    return [key, missed ? { ...port, misses: oneLess(port.misses) } : port] as const;
  });
  return {
    ...known,
    ports: new Map(ports),
    covered: counted && portsMeasured(look) ? oneLess(known.covered) : known.covered,
    coverage: known.coverage.flatMap((set) => withoutLook(set, look)),
  };
}

function withoutLook(set: HostCoverage, look: HostObservation): readonly HostCoverage[] {
  if (!look.coverage.some((measured) => coverageKey(measured) === coverageKey(set))) return [set];
  return set.scans > 1 ? [{ ...set, scans: set.scans - 1 }] : [];
}

function oneLess(count: number): number {
  return Math.max(0, count - 1);
}
