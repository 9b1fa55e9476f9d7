import { HISTORY_BITS } from "../../domain/baseline.ts";
import type { HostBaseline, PortBaseline } from "../../domain/baseline.ts";
import { coveredScans } from "../../domain/coverage.ts";
import type { DeviationHistory } from "../../domain/deviation.ts";
import type { Facts } from "../../domain/facts.ts";
import { portFieldFacts, type PortField, portFieldsWith } from "../../domain/fields/port.ts";
import { comparableService } from "../../domain/fields/service.ts";
import { portFieldValues } from "../../domain/fields/values.ts";
import { portKey } from "../../domain/network.ts";
import type { PortRef } from "../../domain/network.ts";
import type { PortObservation } from "../../domain/observation.ts";

const FOUND = portFieldsWith((row) => row.shown.includes("found"));
const NORMAL = portFieldsWith((row) => row.shown.includes("normal"));

/** What an open port shows, as event leaves; a service that did not identify itself is left out. */
export function portFacts(port: PortObservation): Facts {
  const values = portFieldValues(port);
  return {
    state: port.state,
    ...factsOf(FOUND, (field) => values.get(field)),
    ...leaf("reason_ttl", port.reasonTtl),
    ...leaf("confidence", comparableService(port.service)?.confidence),
  };
}

/** What is normal for a port, as event leaves. */
export function memoryFacts(port: PortBaseline): Facts {
  return { state: port.reference, ...factsOf(NORMAL, (field) => port.fields.get(field)?.value) };
}

function factsOf(fields: readonly PortField[], valueOf: (field: PortField) => string | undefined): Facts {
  return portFieldFacts(
    fields.flatMap((field) => {
      const value = valueOf(field);
      return value === undefined ? [] : [[field, value] as const];
    }),
  );
}

/**
 * How often the port was measured and how often it was open before. Where open is not normal, the openings in a row that
 * led here are the deviation itself: counting them would make an anomaly less surprising the longer it stays open.
 */
export function portHistory(known: HostBaseline, port: PortRef): DeviationHistory {
  const memory = known.ports.get(portKey(port));
  return {
    scans: coveredScans(known, port),
    seen: memory === undefined ? 0 : memory.opened - (memory.reference === "open" ? 0 : openRun(memory)),
    changes: memory === undefined ? 0 : flips(memory.history),
    firstSeen: memory?.firstSeen.at ?? null,
    lastSeen: memory?.lastSeen.at ?? null,
  };
}

/** Openings in a row, the newest last. A run longer than the history is its whole life if it was never missed. */
function openRun(memory: PortBaseline): number {
  let run = 0;
  for (let bits = memory.history; (bits & 1) === 1; bits >>>= 1) run++;
  const life = memory.lastSeen.scan - memory.firstSeen.scan + 1;
  return run === HISTORY_BITS && memory.opened >= life ? memory.opened : Math.min(run, memory.opened);
}

export function leaf<K extends keyof Facts>(name: K, value: Facts[K] | null): Pick<Facts, K> | object {
  return value === null || value === undefined ? {} : { [name]: value };
}

/** State changes in a history of bits. */
function flips(history: number): number {
  let changes = 0;
  for (let bits = history; bits > 1; bits >>>= 1) changes += (bits & 1) === ((bits >>> 1) & 1) ? 0 : 1;
  return changes;
}
