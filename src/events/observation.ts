import type { CycleView } from "../domain/cycle.ts";
import { portKey } from "../domain/network.ts";
import type { ObservationMark } from "../domain/ports/stores.ts";
import type { ObservationChange } from "./observation-change.ts";
import { goneUnits, observedUnits, type Told, type Unit } from "./observed-unit.ts";

/**
 * The same state is reported again after a day, so that a compacted topic and a data view of yesterday stay complete.
 */
const REFRESH_MS = 24 * 3_600_000;

/**
 * Compares this cycle with what was last reported: what differs, or is a day old, comes out. One after the other,
 * because after a first scan of 10,000 hosts all of them together are half of the memory. Absence is reported only
 * when settled, and never from a degraded vantage.
 */
export function* observationChanges(
  view: CycleView,
  marks: readonly ObservationMark[],
  now: number,
): Generator<ObservationChange, void> {
  const told = marksByHost(marks);
  for (const host of view.hosts) yield* changesOf(observedUnits(host, view), told, now);
  yield* changesOf(goneUnits(view, told), told, now);
}

/** What is remembered of a change, to be stored with its event. */
export function markOf(change: ObservationChange, now: number): ObservationMark {
  const unit = change.port === null ? "host" : portKey(change.port);
  return { hostId: change.host.id, unit, digest: change.digest, at: now };
}

function marksByHost(marks: readonly ObservationMark[]): Told {
  const hosts = new Map<string, Map<string, ObservationMark>>();
  for (const mark of marks) {
    const units = hosts.get(mark.hostId) ?? new Map<string, ObservationMark>();
    hosts.set(mark.hostId, units.set(mark.unit, mark));
  }
  return hosts;
}

function* changesOf(units: readonly Unit[], told: Told, now: number): Generator<ObservationChange, void> {
  for (const unit of units) {
    const cause = causeOf(unit, told.get(unit.host.id)?.get(unit.name), now);
    if (cause === null) continue;
    const { name: _name, closed: _closed, ...rest } = unit;
    yield { cause, ...rest };
  }
}

function causeOf(unit: Unit, mark: ObservationMark | undefined, now: number): ObservationChange["cause"] | null {
  if (unit.closed) return mark === undefined || mark.digest === unit.digest ? null : "closed";
  if (mark === undefined) return "first";
  if (mark.digest !== unit.digest) return "change";
  return now - mark.at >= REFRESH_MS ? "refresh" : null;
}
