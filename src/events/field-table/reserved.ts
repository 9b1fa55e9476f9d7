/**
 * Names, or beginnings of names, that the contract keeps for what no event has yet, and what will bring them: they are in the
 * mappings already, so that readers need no new ones then. A test fails when an event has one.
 */
// biome-ignore format: a table reads by the line
export const RESERVED: Readonly<Record<string, string>> = {
  "host.type": "roles of hosts",
  "host.os.version": "versions of operating systems",
  "server.mac": "listeners behind another card than that of their host",
  "destination.mac": "listeners behind another card than that of their host",
  "network.vlan.id": "VLANs in the configuration",
  "url.": "gateway probes",
  "http.": "gateway probes",
  "tls.version": "TLS probes",
  "tls.version_protocol": "TLS probes",
  "tls.server.hash.sha256": "TLS probes",
  "threat.": "evidence that tells hostile from benign",
  "user.id": "tokens of operators",
  "user.roles": "tokens of operators",
  "vulnerability.": "scripts that name vulnerabilities",
  "tripline.vantage.warnings": "warnings about unsafe settings",
  "tripline.scan.shard": "events about one part of a scan",
  "tripline.scan.skipped": "scans that were skipped",
  "tripline.scan.packets": "the packets that nmap counts",
  "tripline.declared.cause": "filters and paths in declarations",
  "tripline.declared.control_plane": "readers of cloud control planes",
  "tripline.declared.source.commit": "declarations in git",
  "tripline.declared.exception.": "exceptions in declarations",
  "tripline.declared.proposal": "proposals of a remedy",
  "tripline.gateway.": "gateway probes",
  "tripline.traffic.": "access logs",
  "tripline.audit.token_id": "tokens of operators",
  "tripline.outbox.pending": "figures of the outbox",
  "tripline.outbox.used_ratio": "figures of the outbox",
  "tripline.outbox.oldest_at": "figures of the outbox",
  "tripline.outbox.dropped": "events that had to be dropped",
  "tripline.outbox.from_seq": "events that had to be dropped",
  "tripline.outbox.to_seq": "events that had to be dropped",
  "tripline.outbox.dead_letters": "figures of the outbox",
  "tripline.baseline.http_status": "probes of web fronts",
  "tripline.observed.http_status": "probes of web fronts",
};

/** What will bring the field; null: events have it. */
export function reservedFor(name: string): string | null {
  return (
    Object.entries(RESERVED).find(([own]) => own === name || (own.endsWith(".") && name.startsWith(own)))?.[1] ?? null
  );
}
