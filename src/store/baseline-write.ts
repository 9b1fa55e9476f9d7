import type { SegmentBaseline } from "../domain/baseline.ts";
import { comparability, segmentVantage } from "./codecs/baseline.ts";
import { encodeJson } from "./codecs/json.ts";
import type { Database, Write } from "./database.ts";
import { hostsWriter, packHosts } from "./host-rows.ts";

/** The segment's row and the touched hosts; a touched id without a host in the baseline is forgotten. */
export async function baselineWriter(
  database: Database,
  baseline: SegmentBaseline,
  touched: ReadonlySet<string>,
): Promise<Write> {
  const segment = segmentWriter(database, baseline);
  const present = [...touched].map((id) => baseline.hosts.get(id)).filter((host) => host !== undefined);
  const hosts = hostsWriter(database, await packHosts(present, () => baseline.segment));
  const forgotten = [...touched].filter((id) => !baseline.hosts.has(id));
  return (counter) => {
    segment(counter);
    for (const id of forgotten) forgetHost(database, id);
    hosts(counter);
  };
}

/** Everything of the segment is replaced: the operator wants it relearned. */
export async function wholeBaselineWriter(database: Database, baseline: SegmentBaseline): Promise<Write> {
  const segment = segmentWriter(database, baseline);
  const hosts = hostsWriter(database, await packHosts(baseline.hosts.values(), () => baseline.segment));
  return (counter) => {
    segment(counter);
    database.run("DELETE FROM host WHERE segment = ?", baseline.segment);
    hosts(counter);
  };
}

function segmentWriter(database: Database, baseline: SegmentBaseline): Write {
  const { marked } = baseline;
  const more = { watchedMs: baseline.watchedMs, ...(marked === undefined ? {} : { marked }) };
  const values = [
    baseline.scans,
    baseline.startedAt,
    baseline.lastScanAt,
    encodeJson(comparability, baseline.comparability),
    encodeJson(segmentVantage, { ...baseline.vantage, ...more }),
  ];
  return () => {
    database.run(
      `INSERT INTO segment (name, scan_counter, scans, started_at, last_scan_at, comparability, vantage, classes)
       VALUES (?, 0, ?, ?, ?, ?, ?, '[]') ON CONFLICT (name) DO UPDATE SET scans = excluded.scans,
       started_at = excluded.started_at, last_scan_at = excluded.last_scan_at,
       comparability = excluded.comparability, vantage = excluded.vantage`,
      baseline.segment,
      ...values,
    );
  };
}

function forgetHost(database: Database, id: string): void {
  database.run("DELETE FROM host WHERE host_id = ?", id);
  database.run("DELETE FROM observation_mark WHERE host_id = ?", id);
}
