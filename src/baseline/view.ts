import type { SegmentBaseline } from "../domain/baseline.ts";
import type { FieldFamily } from "../domain/fields/row.ts";
import type {
  AbsentHost,
  CycleContext,
  CycleView,
  HostView,
  ScanSummary,
  VantageMeasures,
  VantageVerdict,
} from "../domain/cycle.ts";
import { normalValues } from "../domain/fields/normal.ts";
import { segmentMature } from "../domain/maturity.ts";
import type { HostObservation } from "../domain/observation.ts";
import { expectedUp, hoursOf } from "../domain/presence.ts";
import type { IdentifiedHost } from "./identity/identify.ts";

export interface ViewInput {
  readonly context: CycleContext;
  readonly baseline: SegmentBaseline;
  readonly summary: ScanSummary;
  readonly vantage: VantageVerdict;
  readonly measured: VantageMeasures;
  /** One per address that is up, from all runs of the cycle together: who answers there. */
  readonly identified: readonly IdentifiedHost[];
  /** Addresses asked in *complete* `ports` runs: only there silence means anything. */
  readonly askedAddresses: ReadonlySet<string>;
  /** Networks scanned so far, and whether an address is in one that was scanned for the first time; absent: unknown. */
  readonly scope?: { readonly asked: readonly string[]; readonly isFirst: (address: string) => boolean };
}

/** Puts memory beside observation: everything the pure core works on in this cycle. */
export function buildView(input: ViewInput): CycleView {
  const { context, baseline, summary, vantage, identified } = input;
  return {
    context,
    baseline,
    summary,
    vantage,
    measured: input.measured,
    hosts: identified.map((host) => hostView(host, input.scope?.isFirst ?? (() => false))),
    absent: absentHosts(input),
    relearned: relearnedFamilies(baseline, summary),
    mature: segmentMature(baseline, context.maturity, context.startedAt),
    ...(input.scope === undefined ? {} : { asked: input.scope.asked }),
  };
}

function hostView(host: IdentifiedHost, isFirst: (address: string) => boolean): HostView {
  const firstAsked = host.known === null && isFirst(host.observation.address);
  return { id: host.identity.hostId, ...host, observation: steadyNames(host), firstAsked };
}

/** A host with several names, of which one is normal: which of them comes first is random and not a change. */
function steadyNames({ known, observation }: IdentifiedHost): HostObservation {
  const normal = known?.fields.get("name");
  const { names } = observation;
  if (normal === undefined) return observation;
  const found = normalValues(normal).flatMap((value) => names.find((name) => name.toLowerCase() === value) ?? [])[0];
  if (found === undefined || found === names[0]) return observation;
  return { ...observation, names: [found, ...names.filter((name) => name !== found)] };
}

function absentHosts(input: ViewInput): readonly AbsentHost[] {
  const present = new Set(input.identified.map((host) => host.identity.hostId));
  const trusted = input.vantage.state === "ok" && input.summary.completeness !== "failed";
  const hours = hoursOf(input.context);
  return [...input.baseline.hosts.values()]
    .filter((known) => !present.has(known.id))
    .map((known): AbsentHost => {
      if (!input.askedAddresses.has(known.address)) return { known, answer: "unmeasured" };
      if (!trusted) return { known, answer: "unmeasured", silent: true };
      return expectedUp(known, input.context, hours)
        ? { known, answer: "down" }
        : { known, answer: "unmeasured", asleep: true };
    });
}

/** A family that was not measured this time keeps its key; one never measured before has nothing to be compared with. */
function relearnedFamilies(baseline: SegmentBaseline, summary: ScanSummary): ReadonlySet<FieldFamily> {
  const changed = [...summary.comparability].filter(([family, key]) => {
    const before = baseline.comparability.get(family);
    return before !== undefined && before !== key;
  });
  return new Set(changed.map(([family]) => family));
}
