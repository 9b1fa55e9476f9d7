import type { Facts } from "./facts.ts";

/** nmap's confidence from which the service itself was recognised; below it the name comes from a table of ports. */
const ANSWERED = 8;
const NO_ANSWER: ReadonlySet<string> = new Set(["", "unknown", "tcpwrapped"]);

/** The service of a port as the wire named it, or null: names from nmap's port table prove nothing. */
export function answeredService(facts: Facts): string | null {
  const name = facts.service?.trim() ?? "";
  if (NO_ANSWER.has(bareService(name)) || name.endsWith("?")) return null;
  return facts.confidence !== undefined && facts.confidence < ANSWERED ? null : name;
}

/** `ssl/http` is http inside TLS: what it means does not change. */
export function bareService(service: string): string {
  return service.toLowerCase().replace(/^(?:ssl|tls)\//, "");
}
