import type { HostBaseline } from "../domain/baseline.ts";
import { packHosts } from "./baseline-pack.ts";
import type { Database, Write } from "./database.ts";
import { portSetInterner } from "./port-sets.ts";

/** Writes whole hosts: what a host had and no longer has is deleted by the number of the commit that wrote it last. */
export function hostsWriter(
  database: Database,
  hosts: Iterable<HostBaseline>,
  segmentOf: (id: string) => string,
): Write {
  const packed = packHosts(hosts, segmentOf);
  return (counter) => {
    if (packed.hosts.length === 0) return;
    const intern = portSetInterner(database);
    database.batch(HOST, packed.hosts);
    database.batch(EVIDENCE, packed.evidence);
    database.batch(PORT, packed.ports, [counter]);
    const coverage = packed.coverage.map((c) => [...c.values, intern(c.ports)]);
    database.batch(COVERAGE, coverage, [counter]);
    database.run(SURPLUS_EVIDENCE, packed.ids);
    database.run(SURPLUS_PORTS, packed.ids, counter);
    database.run(SURPLUS_COVERAGE, packed.ids, counter);
  };
}

const HOST = `INSERT INTO host (host_id, segment, address, known, up, misses, covered, first_scan, first_at, last_scan,
  last_at, fields) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (host_id) DO UPDATE SET
  segment = excluded.segment, address = excluded.address, known = excluded.known, up = excluded.up,
  misses = excluded.misses, covered = excluded.covered, first_scan = excluded.first_scan,
  first_at = excluded.first_at, last_scan = excluded.last_scan, last_at = excluded.last_at, fields = excluded.fields`;

// Evidence hardly ever changes: rows that are equal already are not written.
const EVIDENCE = `INSERT INTO host_identity (host_id, position, kind, value, strong) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (host_id, position) DO UPDATE SET kind = excluded.kind, value = excluded.value, strong = excluded.strong
  WHERE kind <> excluded.kind OR value <> excluded.value OR strong <> excluded.strong`;

const PORT = `INSERT INTO baseline_port (host_id, transport, port, reference_open, current_open, misses, opened,
  first_scan, first_at, last_scan, last_at, history, fingerprint_scan, fingerprint_at, fingerprint_identified, fields,
  written) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (host_id, transport, port) DO UPDATE SET
  reference_open = excluded.reference_open, current_open = excluded.current_open, misses = excluded.misses,
  opened = excluded.opened, first_scan = excluded.first_scan, first_at = excluded.first_at,
  last_scan = excluded.last_scan, last_at = excluded.last_at, history = excluded.history,
  fingerprint_scan = excluded.fingerprint_scan, fingerprint_at = excluded.fingerprint_at,
  fingerprint_identified = excluded.fingerprint_identified, fields = excluded.fields, written = excluded.written`;

const COVERAGE = `INSERT INTO host_coverage (host_id, transport, phase, position, scans, first, last, port_set, written)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (host_id, transport, phase, port_set) DO UPDATE SET
  position = excluded.position, scans = excluded.scans, first = excluded.first, last = excluded.last,
  written = excluded.written`;

const SURPLUS_EVIDENCE = `DELETE FROM host_identity WHERE (host_id, position) IN (SELECT e.host_id, e.position
  FROM json_each(?1) j CROSS JOIN host_identity e ON e.host_id = j.value ->> 0 AND e.position >= j.value ->> 1)`;
const SURPLUS_PORTS = `DELETE FROM baseline_port WHERE written <> ?2
  AND host_id IN (SELECT value ->> 0 FROM json_each(?1))`;
const SURPLUS_COVERAGE = `DELETE FROM host_coverage WHERE written <> ?2
  AND host_id IN (SELECT value ->> 0 FROM json_each(?1))`;
