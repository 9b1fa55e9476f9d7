import type { HostBaseline, SegmentBaseline } from "../domain/baseline.ts";
import { packHosts, type PackedHost } from "./baseline-pack.ts";
import { classRates, comparability, segmentVantage } from "./codecs/baseline.ts";
import { encodeJson } from "./codecs/json.ts";
import type { Database } from "./database.ts";
import { portSetInterner, type Intern } from "./port-sets.ts";

/** Run inside a commit; gets its number. */
export type Write = (counter: number) => void;

/** The segment's row and the touched hosts; a touched id without a host in the baseline is forgotten. */
export function baselineWriter(database: Database, baseline: SegmentBaseline, touched: ReadonlySet<string>): Write {
  const segment = segmentWriter(database, baseline);
  const present = [...touched].map((id) => baseline.hosts.get(id)).filter((host) => host !== undefined);
  const hosts = hostsWriter(database, present, () => baseline.segment);
  const forgotten = [...touched].filter((id) => !baseline.hosts.has(id));
  return (counter) => {
    segment(counter);
    for (const id of forgotten) forgetHost(database, id);
    hosts(counter);
  };
}

/** Everything of the segment is replaced: the operator wants it learned anew. */
export function wholeBaselineWriter(database: Database, baseline: SegmentBaseline): Write {
  const segment = segmentWriter(database, baseline);
  const hosts = hostsWriter(database, baseline.hosts.values(), () => baseline.segment);
  return (counter) => {
    segment(counter);
    database.run("DELETE FROM host WHERE segment = ?", baseline.segment);
    hosts(counter);
  };
}

/** `segmentOf` is asked inside the commit. */
export function hostsWriter(
  database: Database,
  hosts: Iterable<HostBaseline>,
  segmentOf: (id: string) => string,
): Write {
  const packed = packHosts(hosts);
  return (counter) => {
    const intern = portSetInterner(database);
    for (const host of packed) {
      writeHost(database, host, segmentOf(host.id));
      writeEvidence(database, host);
      writePorts(database, host, counter);
      writeCoverage(database, host, { counter, intern });
    }
  };
}

function segmentWriter(database: Database, baseline: SegmentBaseline): Write {
  const values = [
    baseline.scans,
    baseline.startedAt,
    baseline.lastScanAt,
    encodeJson(comparability, baseline.comparability),
    encodeJson(segmentVantage, baseline.vantage),
    encodeJson(classRates, baseline.classes),
  ];
  return () => {
    database.run(
      `INSERT INTO segment (name, scan_counter, scans, started_at, last_scan_at, comparability, vantage, classes)
       VALUES (?, 0, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET scans = excluded.scans,
       started_at = excluded.started_at, last_scan_at = excluded.last_scan_at,
       comparability = excluded.comparability, vantage = excluded.vantage, classes = excluded.classes`,
      baseline.segment,
      ...values,
    );
  };
}

function forgetHost(database: Database, id: string): void {
  database.run("DELETE FROM host WHERE host_id = ?", id);
  database.run("DELETE FROM observation_mark WHERE host_id = ?", id);
}

function writeHost(database: Database, host: PackedHost, segment: string): void {
  database.run(
    `INSERT INTO host (host_id, segment, address, known, up, misses, covered, first_scan, first_at, last_scan,
     last_at, fields) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (host_id) DO UPDATE SET
     segment = excluded.segment, address = excluded.address, known = excluded.known, up = excluded.up,
     misses = excluded.misses, covered = excluded.covered, first_scan = excluded.first_scan,
     first_at = excluded.first_at, last_scan = excluded.last_scan, last_at = excluded.last_at, fields = excluded.fields`,
    host.id,
    segment,
    ...host.host,
  );
}

/** Evidence hardly ever changes: rows that are equal already are not written. */
function writeEvidence(database: Database, host: PackedHost): void {
  for (const [position, evidence] of host.evidence.entries()) {
    database.run(
      `INSERT INTO host_identity (host_id, position, kind, value, strong) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (host_id, position) DO UPDATE SET kind = excluded.kind, value = excluded.value,
       strong = excluded.strong
       WHERE kind <> excluded.kind OR value <> excluded.value OR strong <> excluded.strong`,
      host.id,
      position,
      ...evidence,
    );
  }
  database.run("DELETE FROM host_identity WHERE host_id = ? AND position >= ?", host.id, host.evidence.length);
}

function writePorts(database: Database, host: PackedHost, counter: number): void {
  for (const port of host.ports) {
    database.run(
      `INSERT INTO baseline_port (host_id, transport, port, reference_open, current_open, misses, opened, first_scan,
       first_at, last_scan, last_at, history, fingerprint_scan, fingerprint_at, fingerprint_identified, fields, written)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (host_id, transport, port) DO UPDATE SET
       reference_open = excluded.reference_open, current_open = excluded.current_open, misses = excluded.misses,
       opened = excluded.opened, first_scan = excluded.first_scan, first_at = excluded.first_at,
       last_scan = excluded.last_scan, last_at = excluded.last_at, history = excluded.history,
       fingerprint_scan = excluded.fingerprint_scan, fingerprint_at = excluded.fingerprint_at,
       fingerprint_identified = excluded.fingerprint_identified, fields = excluded.fields, written = excluded.written`,
      host.id,
      ...port,
      counter,
    );
  }
  database.run("DELETE FROM baseline_port WHERE host_id = ? AND written <> ?", host.id, counter);
}

function writeCoverage(
  database: Database,
  host: PackedHost,
  commit: { readonly counter: number; readonly intern: Intern },
): void {
  for (const [position, c] of host.coverage.entries()) {
    database.run(
      `INSERT INTO host_coverage (host_id, transport, phase, port_set, position, scans, first, last, written)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (host_id, transport, phase, port_set) DO UPDATE SET
       position = excluded.position, scans = excluded.scans, first = excluded.first, last = excluded.last,
       written = excluded.written`,
      host.id,
      c.transport,
      c.phase,
      commit.intern(c.ports),
      position,
      c.scans,
      c.first,
      c.last,
      commit.counter,
    );
  }
  database.run("DELETE FROM host_coverage WHERE host_id = ? AND written <> ?", host.id, commit.counter);
}
