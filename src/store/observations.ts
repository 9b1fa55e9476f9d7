import type { NmapRun } from "../domain/nmap-run.ts";
import type { HostObservation } from "../domain/observation.ts";
import { sha256Hex } from "../lib/hash.ts";
import type { Intervals } from "../lib/intervals.ts";
import { decodeJson, encodeJson } from "./codecs/json.ts";
import {
  coverageRefs,
  hostFacts,
  packHostFacts,
  packSystemFacts,
  runFacts,
  systemFacts,
} from "./codecs/observation.ts";
import type { Database, Write } from "./database.ts";
import { intervalTexts, portSetInterner, portSetOf, readPortSets, type Intern } from "./port-sets.ts";
import { systemInterner } from "./observed-systems.ts";
import { integer, realOrNull, text, textOrNull, type Row } from "./rows.ts";
import { mapInSlices } from "./slices.ts";
import { damagedRow } from "./store-error.ts";

/** The runs of one shard with what they saw; a run that is stored already is replaced by this one. */
export async function runsWriter(database: Database, cycleId: string, runs: readonly NmapRun[]): Promise<Write> {
  const portsText = intervalTexts();
  const packed: { run: NmapRun; facts: string; hosts: readonly PackedObservation[] }[] = [];
  for (const run of runs) {
    packed.push({ run, facts: packRun(run), hosts: await mapInSlices(run.hosts, (host) => packHost(host, portsText)) });
  }
  return () => {
    const intern = portSetInterner(database);
    for (const { run, facts, hosts } of packed) {
      writeRun(database, { cycleId, run, facts });
      const systemOf = systemInterner(database, run.startedAt);
      for (const [position, host] of hosts.entries()) {
        writeObservation(database, host, { intern, systemOf, key: [cycleId, run.shard, run.n, position] });
      }
    }
  };
}

/** All runs of a cycle by shard and number, each with its hosts, or this one, in the order in which they were stored. */
export function readRuns(database: Database, cycleId: string, address?: string): readonly NmapRun[] {
  const sets = readPortSets(database);
  const rows = database.all("SELECT * FROM nmap_run WHERE cycle_id = ? ORDER BY shard, n", cycleId);
  return rows.map((row) => {
    const key = [cycleId, integer(row["shard"]), integer(row["n"])] as const;
    const hosts = readObservations(database, { key, address, sets });
    try {
      return { ...decodeJson(runFacts, row["facts"]), hosts };
    } catch (error) {
      throw damagedRow("nmap_run", `${cycleId} ${String(row["shard"])}-${String(row["n"])}`, error);
    }
  });
}

interface PackedObservation {
  readonly address: string;
  readonly observedAt: number;
  readonly srtt: number | null;
  readonly coverage: readonly (readonly [
    "tcp" | "udp" | "sctp",
    HostObservation["coverage"][number]["phase"],
    string,
  ])[];
  readonly hash: string;
  readonly facts: string;
  /** What was guessed about the operating system. */
  readonly system: string | null;
}

function packRun(run: NmapRun): string {
  const { hosts: _hosts, ...facts } = run;
  return encodeJson(runFacts, facts);
}

/** What changes at every scan is beside the content, or no two contents would ever be equal. */
function packHost(host: HostObservation, portsText: (ports: Intervals) => string): PackedObservation {
  const { address, observedAt, srttMicros, coverage, os, ...content } = host;
  const facts = packHostFacts({ ...content, os: null });
  return {
    address,
    observedAt,
    srtt: srttMicros,
    coverage: coverage.map((c) => [c.transport, c.phase, portsText(c.ports)] as const),
    hash: sha256Hex(facts),
    facts,
    system: os === null ? null : packSystemFacts(os),
  };
}

function writeRun(
  database: Database,
  packed: { readonly cycleId: string; readonly run: NmapRun; readonly facts: string },
): void {
  const { run } = packed;
  database.run("DELETE FROM nmap_run WHERE cycle_id = ? AND shard = ? AND n = ?", packed.cycleId, run.shard, run.n);
  database.run(
    `INSERT INTO nmap_run (cycle_id, shard, n, phase, completeness, started_at, raw_path, raw_sha256, facts)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    packed.cycleId,
    run.shard,
    run.n,
    run.phase,
    run.completeness,
    run.startedAt,
    run.raw?.path ?? null,
    run.raw?.sha256 ?? null,
    packed.facts,
  );
}

function writeObservation(
  database: Database,
  host: PackedObservation,
  place: {
    readonly intern: Intern;
    readonly systemOf: (facts: string) => number;
    readonly key: readonly [string, number, number, number];
  },
): void {
  const coverage = host.coverage.map(([transport, phase, ports]) => [transport, phase, place.intern(ports)] as const);
  database.run(
    `INSERT INTO observation (cycle_id, shard, n, position, address, observed_at, srtt_micros, coverage, content, system)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ...place.key,
    host.address,
    host.observedAt,
    host.srtt,
    encodeJson(coverageRefs, coverage),
    contentId(database, host),
    host.system === null ? null : place.systemOf(host.system),
  );
}

function contentId(database: Database, host: PackedObservation): number {
  const known = database.one("SELECT id FROM observation_content WHERE hash = ?", host.hash);
  if (known !== null) return integer(known["id"]);
  const added = database.one(
    "INSERT INTO observation_content (hash, facts) VALUES (?, ?) RETURNING id",
    host.hash,
    host.facts,
  );
  return integer(added?.["id"]);
}

interface Wanted {
  /** Cycle, shard and number of the run. */
  readonly key: readonly [string, number, number];
  /** Undefined: every host. */
  readonly address: string | undefined;
  readonly sets: ReadonlyMap<number, Intervals>;
}

function readObservations(database: Database, { key, address, sets }: Wanted): readonly HostObservation[] {
  const rows = database.all(
    `SELECT o.*, c.facts, s.facts AS guess FROM observation o JOIN observation_content c ON c.id = o.content
     LEFT JOIN observed_system s ON s.id = o.system
     WHERE o.cycle_id = ? AND o.shard = ? AND o.n = ? AND (? IS NULL OR o.address = ?) ORDER BY o.position`,
    ...key,
    address ?? null,
    address ?? null,
  );
  return rows.map((row) => {
    try {
      return unpackObservation(row, sets);
    } catch (error) {
      throw damagedRow("observation", `${key.join(" ")} ${String(row["address"])}`, error);
    }
  });
}

function unpackObservation(row: Row, sets: ReadonlyMap<number, Intervals>): HostObservation {
  const coverage = decodeJson(coverageRefs, row["coverage"]);
  const facts = decodeJson(hostFacts, row["facts"]);
  const guess = textOrNull(row["guess"]);
  return {
    ...facts,
    // An older state has it in the facts.
    os: guess === null ? facts.os : decodeJson(systemFacts, guess),
    address: text(row["address"]),
    observedAt: integer(row["observed_at"]),
    srttMicros: realOrNull(row["srtt_micros"]),
    coverage: coverage.map(([transport, phase, set]) => ({ transport, phase, ports: portSetOf(sets, set) })),
  };
}
