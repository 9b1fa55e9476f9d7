import type {
  HostBaseline,
  HostCoverage,
  IdentityEvidence,
  PortBaseline,
  SegmentBaseline,
} from "../domain/baseline.ts";
import { emptyBaseline } from "../domain/baseline.ts";
import { portKey, type PortKey } from "../domain/network.ts";
import type { Intervals } from "../lib/intervals.ts";
import {
  classRates,
  comparability,
  evidenceKind,
  isHostField,
  isPortField,
  segmentVantage,
  unpackFields,
} from "./codecs/baseline.ts";
import { phase, transport } from "./codecs/common.ts";
import { decodeJson } from "./codecs/json.ts";
import type { Database } from "./database.ts";
import { portSetOf, readPortSets } from "./port-sets.ts";
import { integer, integerOrNull, oneOf, text, type Cells, type Row } from "./rows.ts";
import { damagedRow } from "./store-error.ts";

/** Hosts come in the order of their ids, ports by transport and number: the same state gives the same order. */
export function readBaseline(database: Database, segment: string): SegmentBaseline {
  const row = database.one("SELECT * FROM segment WHERE name = ?", segment);
  if (row === null) return emptyBaseline(segment);
  const hosts = readHosts(database, segment);
  try {
    return unpackSegment(row, hosts);
  } catch (error) {
    throw damagedRow("segment", segment, error);
  }
}

function readHosts(database: Database, segment: string): ReadonlyMap<string, HostBaseline> {
  const parts: HostParts = {
    ports: grouped("baseline_port", database.cells(PORTS, segment), unpackPort),
    evidence: grouped("host_identity", database.cells(EVIDENCE, segment), unpackEvidence),
    coverage: grouped("host_coverage", database.cells(COVERAGE, segment), coverageUnpacker(readPortSets(database))),
  };
  const hosts = new Map<string, HostBaseline>();
  for (const row of database.all("SELECT * FROM host WHERE segment = ? ORDER BY host_id", segment)) {
    const host = unpackRow("host", row["host_id"], () => unpackHost(row, parts));
    hosts.set(host.id, host);
  }
  return hosts;
}

function unpackSegment(row: Row, hosts: ReadonlyMap<string, HostBaseline>): SegmentBaseline {
  return {
    segment: text(row["name"]),
    scans: integer(row["scans"]),
    startedAt: integerOrNull(row["started_at"]),
    lastScanAt: integerOrNull(row["last_scan_at"]),
    comparability: decodeJson(comparability, row["comparability"]),
    vantage: decodeJson(segmentVantage, row["vantage"]),
    classes: decodeJson(classRates, row["classes"]),
    hosts,
  };
}

interface HostParts {
  readonly ports: ReadonlyMap<string, readonly PortBaseline[]>;
  readonly evidence: ReadonlyMap<string, readonly IdentityEvidence[]>;
  readonly coverage: ReadonlyMap<string, readonly HostCoverage[]>;
}

function unpackHost(row: Row, parts: HostParts): HostBaseline {
  const id = text(row["host_id"]);
  return {
    id,
    evidence: parts.evidence.get(id) ?? [],
    address: text(row["address"]),
    reference: integer(row["known"]) === 1 ? "known" : "new",
    current: integer(row["up"]) === 1 ? "up" : "gone",
    misses: integer(row["misses"]),
    covered: integer(row["covered"]),
    firstSeen: { scan: integer(row["first_scan"]), at: integer(row["first_at"]) },
    lastSeen: { scan: integer(row["last_scan"]), at: integer(row["last_at"]) },
    fields: unpackFields(row["fields"], isHostField),
    ports: new Map((parts.ports.get(id) ?? []).map((port): [PortKey, PortBaseline] => [portKey(port), port])),
    coverage: parts.coverage.get(id) ?? [],
  };
}

// CROSS JOIN pins the order of the loops in SQLite: hosts by their index, then the rows of each by their key.
const PORTS = `SELECT p.host_id, p.transport, p.port, p.reference_open, p.current_open, p.misses, p.opened, p.first_scan,
  p.first_at, p.last_scan, p.last_at, p.history, p.fingerprint_scan, p.fingerprint_at, p.fingerprint_identified, p.fields
  FROM host h CROSS JOIN baseline_port p ON p.host_id = h.host_id WHERE h.segment = ?
  ORDER BY h.host_id, p.transport, p.port`;

function unpackPort(c: Cells): PortBaseline {
  return {
    transport: oneOf(c[1], transport.options),
    number: integer(c[2]),
    reference: integer(c[3]) === 1 ? "open" : "closed",
    current: integer(c[4]) === 1 ? "open" : "closed",
    misses: integer(c[5]),
    opened: integer(c[6]),
    firstSeen: { scan: integer(c[7]), at: integer(c[8]) },
    lastSeen: { scan: integer(c[9]), at: integer(c[10]) },
    history: integer(c[11]),
    fingerprinted:
      c[12] === null ? null : { scan: integer(c[12]), at: integer(c[13]), identified: integer(c[14]) === 1 },
    fields: unpackFields(c[15], isPortField),
  };
}

const EVIDENCE = `SELECT e.host_id, e.kind, e.value, e.strong FROM host h CROSS JOIN host_identity e
  ON e.host_id = h.host_id WHERE h.segment = ? ORDER BY h.host_id, e.position`;

function unpackEvidence(c: Cells): IdentityEvidence {
  return { kind: oneOf(c[1], evidenceKind.options), value: text(c[2]), strong: integer(c[3]) === 1 };
}

const COVERAGE = `SELECT c.host_id, c.transport, c.phase, c.port_set, c.scans, c.first, c.last FROM host h
  CROSS JOIN host_coverage c ON c.host_id = h.host_id WHERE h.segment = ? ORDER BY h.host_id, c.position`;

function coverageUnpacker(sets: ReadonlyMap<number, Intervals>): (cells: Cells) => HostCoverage {
  return (c) => ({
    transport: oneOf(c[1], transport.options),
    phase: oneOf(c[2], phase.options),
    ports: portSetOf(sets, integer(c[3])),
    scans: integer(c[4]),
    first: integer(c[5]),
    last: integer(c[6]),
  });
}

/** Rows of all hosts → per host id, which is the first cell. */
function grouped<T>(
  table: string,
  rows: readonly Cells[],
  unpack: (cells: Cells) => T,
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const id = String(row[0]);
    const value = unpackCells(table, row, unpack);
    const group = groups.get(id);
    if (group === undefined) groups.set(id, [value]);
    else group.push(value);
  }
  return groups;
}

/** The key is spelled only when something is wrong: this runs 100,000 times. */
function unpackCells<T>(table: string, cells: Cells, unpack: (cells: Cells) => T): T {
  try {
    return unpack(cells);
  } catch (error) {
    throw damagedRow(table, cells.slice(0, 3).join(" "), error);
  }
}

function unpackRow<T>(table: string, key: unknown, unpack: () => T): T {
  try {
    return unpack();
  } catch (error) {
    throw damagedRow(table, String(key), error);
  }
}
