import type { CycleView } from "../domain/cycle.ts";
import type { HostRef } from "../domain/deviation.ts";
import type { Facts } from "../domain/facts.ts";
import type { PortRef } from "../domain/network.ts";
import type { ObservationMark } from "../domain/ports/stores.ts";
import { goneUnits, observedUnits, type Unit } from "./observed-unit.ts";

/** One thing worth telling about the present state: a host, or a service on it. */
export interface ObservationChange {
  readonly cause: "first" | "change" | "refresh" | "closed";
  readonly host: HostRef;
  /** Null: it is about the host itself. */
  readonly port: PortRef | null;
  readonly facts: Facts;
  /** Name from nmap's table where the service did not name itself. */
  readonly guess: string | null;
  readonly digest: string;
  /** When it was seen, UTC ms. */
  readonly at: number;
  readonly openPorts: readonly PortRef[];
  /** Script id → output. */
  readonly scripts: ReadonlyMap<string, string>;
  readonly certificate: {
    readonly issuer: string | null;
    readonly subject: string | null;
    readonly notAfter: number | null;
  } | null;
}

/** The same state is told again after a day, so that a compacted topic and a data view of yesterday stay complete. */
const REFRESH_MS = 24 * 3_600_000;

/**
 * Compares this cycle with what was last told. `changes` become events, `marks` are the memory to be stored with them;
 * what is unchanged and fresh is in neither. Absence is told only when settled, and never from a degraded vantage.
 */
export function observationChanges(
  view: CycleView,
  marks: readonly ObservationMark[],
  now: number,
): { readonly changes: readonly ObservationChange[]; readonly marks: readonly ObservationMark[] } {
  const told = new Map(marks.map((mark) => [keyOf(mark.hostId, mark.unit), mark]));
  const units = [...view.hosts.flatMap((host) => observedUnits(host, view)), ...goneUnits(view, marks)];
  const changes: ObservationChange[] = [];
  const fresh: ObservationMark[] = [];
  for (const unit of units) {
    const cause = causeOf(unit, told.get(keyOf(unit.host.id, unit.name)), now);
    if (cause === null) continue;
    const { name, closed: _closed, ...rest } = unit;
    changes.push({ cause, ...rest });
    fresh.push({ hostId: unit.host.id, unit: name, digest: unit.digest, at: now });
  }
  return { changes, marks: fresh };
}

function causeOf(unit: Unit, mark: ObservationMark | undefined, now: number): ObservationChange["cause"] | null {
  if (unit.closed) return mark === undefined || mark.digest === unit.digest ? null : "closed";
  if (mark === undefined) return "first";
  if (mark.digest !== unit.digest) return "change";
  return now - mark.at >= REFRESH_MS ? "refresh" : null;
}

function keyOf(hostId: string, unit: string): string {
  return `${hostId} ${unit}`;
}
