import { emptyBaseline, type HostBaseline, type SegmentBaseline } from "../domain/baseline.ts";
import { comparability, segmentVantage } from "./codecs/baseline.ts";
import { decodeJson } from "./codecs/json.ts";
import type { Database } from "./database.ts";
import { HOSTS_OF_SEGMENT, unpackHost } from "./host-rows.ts";
import { portSetOf, readPortSets } from "./port-sets.ts";
import { integer, integerOrNull, text, type Row } from "./rows.ts";
import { mapInSlices } from "./slices.ts";
import { damagedRow } from "./store-error.ts";

/**
 * Hosts come in the order of their ids, ports by transport and number: the same state gives the same order. All rows
 * are read at once, so that no commit can fall in between; unpacking them takes longer and lets others work.
 */
export async function readBaseline(database: Database, segment: string): Promise<SegmentBaseline> {
  const row = database.one("SELECT * FROM segment WHERE name = ?", segment);
  if (row === null) return emptyBaseline(segment);
  const sets = readPortSets(database);
  const from = { portsOf: (set: number) => portSetOf(sets, set), share: sharedTexts() };
  const unpacked = await mapInSlices(database.cells(HOSTS_OF_SEGMENT, segment), (cells) => {
    try {
      return unpackHost(cells, from);
    } catch (error) {
      throw damagedRow("host", String(cells[0]), error);
    }
  });
  try {
    return unpackSegment(row, new Map(unpacked.map((host) => [host.id, host])));
  } catch (error) {
    throw damagedRow("segment", segment, error);
  }
}

export function readLastScanAt(database: Database, segment: string): number | null {
  const row = database.one("SELECT last_scan_at FROM segment WHERE name = ?", segment);
  return row === null ? null : integerOrNull(row["last_scan_at"]);
}

const DAY_MS = 86_400_000;
// Digests of keys are as long as this and hardly ever shared.
const DIGEST_LENGTH = 64;

function sharedTexts(): (value: string) => string {
  const known = new Map<string, string>();
  return (value) => {
    if (value.length === DIGEST_LENGTH) return value;
    const same = known.get(value);
    if (same === undefined) known.set(value, value);
    return same ?? value;
  };
}

/** The column `classes` is of 0.1.0: openings are counted per day on each host now. */
function unpackSegment(row: Row, hosts: ReadonlyMap<string, HostBaseline>): SegmentBaseline {
  const { watchedMs = watchedSoFar(row), marked, ...vantage } = decodeJson(segmentVantage, row["vantage"]);
  return {
    segment: text(row["name"]),
    scans: integer(row["scans"]),
    startedAt: integerOrNull(row["started_at"]),
    lastScanAt: integerOrNull(row["last_scan_at"]),
    watchedMs,
    comparability: decodeJson(comparability, row["comparability"]),
    vantage,
    hosts,
    ...(marked === undefined ? {} : { marked }),
  };
}

/** An older state did not count how long the segment was watched; at most a day for each of its scans. */
function watchedSoFar(row: Row): number {
  const [started, last] = [integerOrNull(row["started_at"]), integerOrNull(row["last_scan_at"])];
  if (started === null || last === null) return 0;
  return Math.max(0, Math.min(last - started, integer(row["scans"]) * DAY_MS));
}
