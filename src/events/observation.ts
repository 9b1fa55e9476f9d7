import type { CycleContext, CycleView } from "../domain/cycle.ts";
import { portKey } from "../domain/network.ts";
import type { ObservationMark } from "../domain/ports/stores.ts";
import { isDue } from "./due.ts";
import type { ObservationChange } from "./observation-change.ts";
import { goneUnits, observedUnits, type Told, type Unit } from "./observed-unit.ts";

/**
 * Compares this cycle with what was last reported: what differs comes out, and what was reported so long ago that it is
 * reported again: a host daily, with all that is open on it, its services monthly. One after the other, because after a first scan of 10,000 hosts all of them together are half of the memory. Absence is reported only
 * when settled, and never from a degraded vantage.
 */
export function* observationChanges(
  view: CycleView,
  marks: readonly ObservationMark[],
  now: number,
): Generator<ObservationChange, void> {
  const told = marksByHost(marks);
  for (const host of view.hosts) yield* changesOf(observedUnits(host, view), told, { ...view.context, now });
  yield* changesOf(goneUnits(view, told), told, { ...view.context, now });
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

type Occasion = Pick<CycleContext, "refresh" | "scanNumber"> & { readonly now: number };

function* changesOf(units: readonly Unit[], told: Told, occasion: Occasion): Generator<ObservationChange, void> {
  for (const unit of units) {
    const cause = causeOf(unit, told.get(unit.host.id)?.get(unit.name), occasion);
    if (cause === null) continue;
    const { name: _name, closed: _closed, ...rest } = unit;
    yield { cause, ...rest };
  }
}

function causeOf(unit: Unit, mark: ObservationMark | undefined, occasion: Occasion): ObservationChange["cause"] | null {
  if (unit.closed) return mark === undefined || mark.digest === unit.digest ? null : "closed";
  if (mark === undefined) return "first";
  if (mark.digest !== unit.digest) return "change";
  const told = { hostId: unit.host.id, isHost: unit.port === null, ageMs: occasion.now - mark.at };
  return isDue(told, occasion) ? "refresh" : null;
}
