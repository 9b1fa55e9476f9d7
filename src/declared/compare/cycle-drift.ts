import type { CycleView, HostView } from "../../domain/cycle.ts";
import type { DeclaredState, EvaluatedState } from "../../domain/declaration.ts";
import type { Deviation } from "../../domain/deviation.ts";
import { hostRef } from "../../domain/host-ref.ts";
import type { PortKey } from "../../domain/network.ts";
import { provesAbsence } from "../../domain/nmap-run.ts";
import { driftDeviations } from "./deviations.ts";
import { formerLooks, isFirstLook, type LookedAt } from "./first-look.ts";
import { forget, type LookInput, type LookProgress, progressOf } from "./look-progress.ts";
import { compareDeclared, type DriftOutcome } from "./outcome.ts";
import { normalAt } from "./remembered.ts";
import { settledAt } from "./settled-port.ts";

/** What is declared now, and what was when it was last evaluated. */
export interface DeclaredMemory {
  readonly declared: DeclaredState | null;
  readonly declaredBefore: EvaluatedState | null;
}

/** Declaration against wire, and what that means for one cycle. */
export interface CycleDrift {
  /** Null: nothing is declared. */
  readonly outcome: DriftOutcome | null;
  readonly deviations: readonly Deviation[];
  /** By host id: open ports that a declaration makes normal. */
  readonly expected: ReadonlyMap<string, ReadonlySet<PortKey>>;
  /** What is kept of the declarations for the next cycle, and what their first look found. */
  readonly look: LookProgress;
}

/** Compares what is declared with what was seen. Absence counts only when it is settled, never in a degraded cycle. */
export function driftOfCycle(view: CycleView, { declared, declaredBefore: before }: DeclaredMemory): CycleDrift {
  if (declared === null) {
    return { outcome: null, deviations: [], expected: new Map(), look: { keep: forget(before), summaries: [] } };
  }
  const outcome = compareInCycle(view, declared);
  const { report, degraded } = outcome;
  const byAddress = addressesOf(view);
  const hosts = lookedAt(view);
  const former = formerLooks(before);
  const deviations = driftDeviations(report, {
    hostRef: (address) => refOf(byAddress.get(address)),
    firstEvaluation: (finding) => isFirstLook(finding, { hosts, former }),
    settled: (address, port) => settledAt(byAddress.get(address), port),
    observedAt: view.context.endedAt,
  });
  const expected = new Map(
    view.hosts.map((h) => [h.id, report.expected.get(h.observation.address) ?? new Set<PortKey>()]),
  );
  const look = progressOf({ now: declared, before, former, report, hosts, scan: scanOf(view), degraded });
  return { outcome, deviations, expected, look };
}

export function compareInCycle(view: CycleView, declared: DeclaredState): DriftOutcome {
  const byAddress = addressesOf(view);
  const { completeness, reason } = view.summary;
  return compareDeclared(declared, {
    observations: view.hosts.map((host) => host.observation),
    completeness,
    incomplete: reason === null ? [] : [reason],
    degraded: view.vantage.state === "degraded",
    vantageAddress: view.context.vantage.sourceAddress,
    remembered: (address, port) => normalAt(byAddress.get(address)?.known ?? null, port),
  });
}

function addressesOf(view: CycleView): ReadonlyMap<string, HostView> {
  return new Map(view.hosts.map((host) => [host.observation.address, host]));
}

function scanOf({ summary }: CycleView): LookInput["scan"] {
  if (summary.narrowed || summary.completeness === "failed") return "aside";
  return provesAbsence(summary) ? "complete" : "incomplete";
}

/** Every host of the cycle by address; one that is known and could not be asked counts as not measured. */
function lookedAt(view: CycleView): ReadonlyMap<string, LookedAt> {
  const missed = view.absent
    .filter(({ answer }) => answer === "unmeasured")
    .map(({ known: { address, fields } }): LookedAt => {
      const name = fields.get("name")?.current;
      const names = name === undefined ? [] : [name];
      return { address, names, measured: false, covered: false, firstAsked: false };
    });
  const seen = view.hosts.map(({ observation, firstAsked }): LookedAt => {
    const { address, names, coverage, ports } = observation;
    const covered = coverage.some((one) => one.phase === "ports");
    return { address, names, measured: covered || ports.length > 0, covered, firstAsked: firstAsked === true };
  });
  return new Map([...missed, ...seen].map((host) => [host.address, host]));
}

function refOf(host: HostView | undefined) {
  return host === undefined ? null : hostRef(host, []);
}
