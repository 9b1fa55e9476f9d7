import type { PortObservation, ServiceObservation } from "../observation.ts";

/** nmap writes 3 for a name from its table, 10 for a match; below 8 the service itself did not say it. */
const TRUSTED_CONFIDENCE = 8;
const NO_SERVICE: ReadonlySet<string> = new Set(["", "tcpwrapped", "unknown"]);
// "3.X - 4.X", "2.2.8 or later": which of them is printed depends on the probe that answered, not on the software.
const VERSION_RANGE = /\s-\s|\bor (?:later|earlier|newer|older)\b|\.X\b/;

/**
 * The service as the wire itself named it, or null: `tcpwrapped`, `?`, a table lookup or a weak guess is not an
 * answer.
 */
export function comparableService(service: ServiceObservation | null): ServiceObservation | null {
  if (service === null || service.method !== "probed" || service.confidence < TRUSTED_CONFIDENCE) return null;
  const name = service.name.trim();
  return NO_SERVICE.has(name) || name.endsWith("?") ? null : service;
}

export function readServiceName({ service }: PortObservation): string | null {
  const comparable = comparableService(service);
  if (comparable === null) return null;
  return comparable.tunnel === "ssl" ? `ssl/${comparable.name}` : comparable.name;
}

export function readProduct({ service }: PortObservation): string | null {
  return comparableService(service)?.product ?? null;
}

export function readVersion({ service }: PortObservation): string | null {
  const version = comparableService(service)?.version ?? null;
  return version === null || VERSION_RANGE.test(version) ? null : version;
}

/** Fields with a clock or a counter differ in every scan and are not compared. */
export function readExtraInfo({ service }: PortObservation): string | null {
  const text = comparableService(service)?.extraInfo ?? null;
  return text === null || /\d:\d\d|\d{6}/.test(text) ? null : text;
}
