import type { HostBaseline, HostCoverage } from "../domain/baseline.ts";
import { phase, transport } from "./codecs/common.ts";
import { packMemory, type Reading, unpackMemory } from "./codecs/host.ts";
import { packRhythm, unpackRhythm } from "./codecs/rhythm.ts";
import type { Database, Value, Write } from "./database.ts";
import { intervalTexts, portSetInterner } from "./port-sets.ts";
import { integer, integerOrNull, list, oneOf, text, textOrNull, type Cells } from "./rows.ts";
import { mapInSlices } from "./slices.ts";

/** A host ready to be bound: everything that costs time is done before the transaction begins. */
export interface PackedHost {
  readonly id: string;
  /** Columns of `host` between the id and the coverage. */
  readonly columns: readonly Value[];
  readonly coverage: readonly PackedCoverage[];
  readonly rhythm: string | null;
  readonly memory: string;
}

/** Transport, phase, scans, first, last, and the ports as text: the id of a port set is given inside the commit. */
type PackedCoverage = readonly [string, string, number, number, number, string];

/** In the order of the table's key: pages are then written once, which halves the time of a commit. */
export function packHosts(
  hosts: Iterable<HostBaseline>,
  segmentOf: (id: string) => string,
): Promise<readonly PackedHost[]> {
  const portsText = intervalTexts();
  const sorted = [...hosts].sort((a, b) => (a.id < b.id ? -1 : 1));
  return mapInSlices(sorted, (host) => ({
    id: host.id,
    columns: columnsOf(host, segmentOf(host.id)),
    coverage: host.coverage.map((c) => [c.transport, c.phase, c.scans, c.first, c.last, portsText(c.ports)] as const),
    rhythm: packRhythm(host.rhythm),
    memory: packMemory(host),
  }));
}

/** Writes whole hosts over what was known of them; a memory that is equal already costs no page. */
export function hostsWriter(database: Database, hosts: readonly PackedHost[]): Write {
  const memories = hosts.map((host) => [host.id, host.memory]);
  return () => {
    const intern = portSetInterner(database);
    const rows = hosts.map(({ id, columns, coverage, rhythm }) => {
      const refs = coverage.map(([to, of, scans, first, last, ports]) => [to, of, scans, first, last, intern(ports)]);
      // The rhythm moves with every scan, as the coverage does; a state of an older version has none.
      return [id, ...columns, JSON.stringify(rhythm === null ? refs : [...refs, rhythm])];
    });
    database.batch(HOST, rows);
    database.batch(MEMORY, memories);
  };
}

const HOST = `INSERT INTO host (host_id, segment, address, known, up, misses, covered, first_scan, first_at, last_scan,
  last_at, os_asked_at, coverage) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (host_id) DO UPDATE SET
  segment = excluded.segment, address = excluded.address, known = excluded.known, up = excluded.up,
  misses = excluded.misses, covered = excluded.covered, first_scan = excluded.first_scan,
  first_at = excluded.first_at, last_scan = excluded.last_scan, last_at = excluded.last_at,
  os_asked_at = excluded.os_asked_at, coverage = excluded.coverage`;

const MEMORY = `INSERT INTO host_memory (host_id, memory) VALUES (?, ?) ON CONFLICT (host_id) DO UPDATE
  SET memory = excluded.memory WHERE memory <> excluded.memory`;

/** Rows for {@link unpackHost}, by id. CROSS JOIN pins the order of the loops: hosts by their index, then their memory. */
export const HOSTS_OF_SEGMENT = `SELECT h.host_id, h.address, h.known, h.up, h.misses, h.covered, h.first_scan,
  h.first_at, h.last_scan, h.last_at, h.os_asked_at, h.coverage, m.memory FROM host h CROSS JOIN host_memory m
  ON m.host_id = h.host_id WHERE h.segment = ? ORDER BY h.host_id`;

/** Throws for cells that no commit wrote. */
export function unpackHost(
  c: Cells,
  from: { readonly portsOf: (portSet: number) => HostCoverage["ports"]; readonly share: Reading["share"] },
): HostBaseline {
  const covered = integer(c[5]);
  const lastSeen = { scan: integer(c[8]), at: integer(c[9]) };
  const measured = list(JSON.parse(text(c[11])));
  return {
    id: text(c[0]),
    address: text(c[1]),
    reference: integer(c[2]) === 1 ? "known" : "new",
    current: integer(c[3]) === 1 ? "up" : "gone",
    misses: integer(c[4]),
    covered,
    firstSeen: { scan: integer(c[6]), at: integer(c[7]) },
    lastSeen,
    osAskedAt: integerOrNull(c[10]),
    coverage: measured.filter(Array.isArray).map((row) => unpackCoverage(row, from.portsOf)),
    ...unpackMemory(c[12], { covered, lastSeen, share: from.share }),
    ...unpackRhythm(textOrNull(measured.find((cell) => typeof cell === "string") ?? null)),
  };
}

function columnsOf(host: HostBaseline, segment: string): readonly Value[] {
  return [
    segment,
    host.address,
    host.reference === "known" ? 1 : 0,
    host.current === "up" ? 1 : 0,
    host.misses,
    host.covered,
    host.firstSeen.scan,
    host.firstSeen.at,
    host.lastSeen.scan,
    host.lastSeen.at,
    host.osAskedAt,
  ];
}

function unpackCoverage(c: readonly unknown[], portsOf: (portSet: number) => HostCoverage["ports"]): HostCoverage {
  return {
    transport: oneOf(c[0], transport.options),
    phase: oneOf(c[1], phase.options),
    ports: portsOf(integer(c[5])),
    scans: integer(c[2]),
    first: integer(c[3]),
    last: integer(c[4]),
  };
}
