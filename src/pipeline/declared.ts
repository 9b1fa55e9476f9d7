import { driftDeviations } from "../declared/deviations.ts";
import { drift, type DriftReport } from "../declared/drift.ts";
import type { HostBaseline, PortBaseline, PortField } from "../domain/baseline.ts";
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
  /** The declarations were compared with a complete scan: their state is kept for the next cycle. */
  readonly evaluated: boolean;
}

/** Compares what is declared with what was seen. Absence counts only when it is settled, never in a degraded cycle. */
export function compareWithDeclared(view: CycleView, memory: Memory, tick: CycleTick): DriftOutcome {
  const state = memory.declared;
  if (state === null) return { report: null, deviations: [], expected: new Map(), evaluated: false };
  const byAddress = new Map(view.hosts.map((host) => [host.observation.address, host]));
  const report = drift({
    state,
    observations: view.hosts.map((host) => host.observation),
    vantageDegraded: view.vantage.state === "degraded",
    vantageAddress: tick.vantage.sourceAddress,
    remembered: (address, port) => normalAt(byAddress.get(address)?.known ?? null, port),
  });
  const before = new Set(memory.declaredBefore?.sources.map((source) => source.file) ?? []);
  const deviations = driftDeviations(report, {
    hostRef: (address) => refOf(byAddress.get(address)),
    firstEvaluation: (file) => !before.has(file),
    settled: (address, port) => settledAt(byAddress.get(address), port),
    observedAt: view.context.endedAt,
  });
  const expected = new Map(
    view.hosts.map((h) => [h.id, report.expected.get(h.observation.address) ?? new Set<PortKey>()]),
  );
  return { report, deviations, expected, evaluated: provesAbsence(view.summary) };
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
