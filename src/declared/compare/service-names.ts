import { comparableService } from "../../domain/fields/service.ts";
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
  ["ftps", "ssl/ftp"],
  ["rdp", "ms-wbt-server"],
  ["smb", "microsoft-ds", "netbios-ssn"],
  ["postgres", "postgresql"],
  ["mysql", "mariadb"],
  ["mssql", "ms-sql-s"],
  ["dns", "domain"],
  ["ntp", "sntp"],
];

/** As the wire itself named it; a name from a table or a weak guess is none. */
export function observedService({ service }: PortObservation): string | null {
  const comparable = comparableService(service);
  if (comparable === null) return null;
  return comparable.tunnel === "ssl" && comparable.name !== "https" ? `ssl/${comparable.name}` : comparable.name;
}

export function sameService(declared: string, observed: string): boolean {
  if (declared === observed) return true;
  return SYNONYMS.some((names) => names.includes(declared) && names.includes(observed));
}
