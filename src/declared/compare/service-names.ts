import type { PortObservation } from "../../domain/observation.ts";

/** Names of one service: nmap's, and what people write in inventories. */
const SYNONYMS: readonly (readonly string[])[] = [
  ["http", "http-alt", "http-proxy", "www", "web"],
  ["https", "https-alt", "ssl/http"],
  ["ssh", "sftp"],
  ["smtp", "submission", "mail"],
  ["smtps", "ssl/smtp"],
  ["imaps", "ssl/imap"],
  ["pop3s", "ssl/pop3"],
  ["ldaps", "ssl/ldap"],
  ["rdp", "ms-wbt-server"],
  ["smb", "microsoft-ds", "netbios-ssn"],
  ["postgres", "postgresql"],
  ["mysql", "mariadb"],
  ["mssql", "ms-sql-s"],
  ["dns", "domain"],
  ["ntp", "sntp"],
];

/** nmap's own answer counts only when the service itself spoke: probed, confidence 8 or more, not `tcpwrapped`. */
export function observedService(port: PortObservation): string | null {
  const { service } = port;
  if (service === null || service.method !== "probed" || service.confidence < 8) return null;
  if (["tcpwrapped", "unknown"].includes(service.name) || service.name.endsWith("?")) return null;
  return service.tunnel === "ssl" && service.name !== "https" ? `ssl/${service.name}` : service.name;
}

export function sameService(declared: string, observed: string): boolean {
  if (declared === observed) return true;
  return SYNONYMS.some((names) => names.includes(declared) && names.includes(observed));
}
