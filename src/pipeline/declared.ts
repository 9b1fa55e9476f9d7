import { driftDeviations } from "../declared/compare/deviations.ts";
import { drift, type DriftReport } from "../declared/compare/drift.ts";
import { forget, type LookInput, type LookProgress, progressOf } from "../declared/compare/look-progress.ts";
import { formerLooks, isFirstLook, type LookedAt } from "../declared/compare/first-look.ts";
import type { HostBaseline, PortBaseline } from "../domain/baseline.ts";
import type { PortField } from "../domain/fields/port.ts";
import { coveredScans } from "../domain/coverage.ts";
import type { CycleView, HostView } from "../domain/cycle.ts";
import type { Deviation } from "../domain/deviation.ts";
import { provesAbsence } from "../domain/nmap-run.ts";
import { type PortKey, type PortRef, portKey } from "../domain/network.ts";
import { lookAt, MISSES_AFTER_RESET, MISSES_AFTER_SILENCE, type SettledPort, settlePort } from "../domain/settle.ts";
import { hostRef } from "../domain/host-ref.ts";
import type { Memory } from "./recall.ts";
import type { CycleTick } from "./tick.ts";

/** Declaration against wire, for one cycle. */
export interface DriftOutcome {
  /** Null: nothing is declared. */
  readonly report: DriftReport | null;
  readonly deviations: readonly Deviation[];
  /** By host id: open ports that a declaration makes normal. */
  readonly expected: ReadonlyMap<string, ReadonlySet<PortKey>>;
  /** What is kept of the declarations for the next cycle, and what their first look found. */
  readonly look: LookProgress;
}

/** Compares what is declared with what was seen. Absence counts only when it is settled, never in a degraded cycle. */
export function compareWithDeclared(view: CycleView, memory: Memory, tick: CycleTick): DriftOutcome {
  const { declared: state, declaredBefore: before } = memory;
  if (state === null) {
    return {
      report: null,
      deviations: [],
      expected: new Map(),
      look: { keep: forget(before), summaries: [] },
    };
  }
  const byAddress = new Map(view.hosts.map((host) => [host.observation.address, host]));
  const hosts = lookedAt(view);
  const degraded = view.vantage.state === "degraded";
  const report = drift({
    state,
    observations: view.hosts.map((host) => host.observation),
    vantageDegraded: degraded,
    vantageAddress: tick.vantage.sourceAddress,
    remembered: (address, port) => normalAt(byAddress.get(address)?.known ?? null, port),
  });
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
  const look = progressOf({ now: state, before, former, report, hosts, scan: scanOf(view), degraded });
  return { report, deviations, expected, look };
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

/** The values that are normal for a port. */
export function normalAt(known: HostBaseline | null, port: PortRef): ReadonlyMap<PortField, string> {
  const fields: PortBaseline["fields"] = known?.ports.get(portKey(port))?.fields ?? new Map();
  return new Map([...fields].map(([name, field]) => [name, field.value]));
}

function refOf(host: HostView | undefined) {
  return host === undefined ? null : hostRef(host, []);
}

/** As {@link settlePort}; a port that was never open has no memory, its covered scans stand in for it. */
export function settledAt(host: HostView | undefined, port: PortRef): SettledPort | null {
  if (host === undefined) return null;
  const known = host.known?.ports.get(portKey(port)) ?? null;
  const look = lookAt(host.observation, port);
  if (known !== null || look.state !== "not-open") return settlePort(known, look);
  const needed = look.evidence === "reset" ? MISSES_AFTER_RESET : MISSES_AFTER_SILENCE;
  const misses = (host.known === null ? 0 : coveredScans(host.known, port)) + 1;
  return { state: "closed", measured: true, pending: misses < needed, misses, evidence: look.evidence };
}
