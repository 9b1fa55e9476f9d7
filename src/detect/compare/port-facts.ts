import { HISTORY_BITS } from "../../domain/baseline.ts";
import type { HostBaseline, PortBaseline } from "../../domain/baseline.ts";
import { coveredScans } from "../../domain/coverage.ts";
import type { DeviationHistory } from "../../domain/deviation.ts";
import type { Facts } from "../../domain/facts.ts";
import { comparableService } from "../../domain/fields/service.ts";
import { portFieldValues } from "../../domain/fields/values.ts";
import { keyDigest } from "../../domain/key-set.ts";
import { portKey } from "../../domain/network.ts";
import type { PortRef } from "../../domain/network.ts";
import type { PortObservation } from "../../domain/observation.ts";

/** What an open port shows, as event leaves; a service that did not identify itself is left out. */
export function portFacts(port: PortObservation): Facts {
  const values = portFieldValues(port);
  const service = comparableService(port.service);
  return {
    state: port.state,
    ...leaf("service", values.get("service")),
    ...leaf("product", values.get("product")),
    ...leaf("version", values.get("version")),
    ...leaf("banner", values.get("banner")),
    ...leaf("tls_sha256", keyDigest(values.get("tls"))),
    ...leaf("ssh_sha256", keyDigest(values.get("ssh"))),
    ...leaf("reason_ttl", port.reasonTtl),
    ...leaf("confidence", service?.confidence),
  };
}

/** What is normal for a port, as event leaves. */
export function memoryFacts(port: PortBaseline): Facts {
  return {
    state: port.reference,
    ...leaf("service", port.fields.get("service")?.value),
    ...leaf("product", port.fields.get("product")?.value),
    ...leaf("version", port.fields.get("version")?.value),
  };
}

/**
 * How often the port was measured and how often it was open before. Where open is not normal, the openings in a row that
 * led here are the deviation itself: counting them would make an anomaly less surprising the longer nobody looks at it.
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
