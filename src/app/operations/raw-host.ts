import { join } from "node:path";
import { z } from "zod";
import { didYouMean } from "../../config/suggest.ts";
import { isMeant } from "../../domain/anomaly-filter.ts";
import type { NmapRun } from "../../domain/nmap-run.ts";
import type { CycleRecord } from "../../domain/ports/stores.ts";
import { canonicalAddress, parseCidr } from "../../lib/ip.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import { isoTime } from "../../lib/time.ts";
import { archivedHost } from "../../scan/replayed.ts";
import type { OperationFailure } from "../failure.ts";
import type { Desk } from "./operation.ts";
import { pickKeptScan } from "./pick-scan.ts";

/** A scan as `pickScan` takes it; a host by address, name or id. */
export const RAW_HOST = z.strictObject({ scan: z.string(), host: z.string() });

/** One `<host>` element as nmap wrote it, and where it is kept. */
export interface RawElement extends Pick<NmapRun, "phase" | "shard" | "n"> {
  /** Below the state directory. */
  readonly file: string;
  /** Of the whole file, unpacked. */
  readonly sha256: string;
  readonly xml: Buffer;
}

export interface RawHost {
  readonly scan: CycleRecord;
  readonly address: string;
  readonly elements: readonly RawElement[];
  /** Files of the scan that cannot be had, a sentence each. */
  readonly missing: readonly string[];
}

/** What nmap wrote about one host in one scan: an element per run that looked at it. */
export async function rawHost(
  desk: Desk,
  request: z.infer<typeof RAW_HOST>,
): Promise<Result<RawHost, OperationFailure>> {
  const picked = await pickKeptScan(desk, request.scan);
  if (!picked.ok) return picked;
  const scan = picked.value;
  const runs = await desk.store.history.runsOf(scan.id);
  const address = await addressIn(desk, runs, request.host);
  if (address === null) return err(noSuchHost(request.host, scan, runs));
  const { elements, missing } = await elementsOf(runs, join(desk.stateDirectory, "raw"), address);
  return elements.length === 0 ? err(notArchived(scan, missing)) : ok({ scan, address, elements, missing });
}

async function addressIn({ store, loaded }: Desk, runs: readonly NmapRun[], wanted: string): Promise<string | null> {
  const seen = runs.flatMap(({ hosts }) => hosts);
  const address = canonicalAddress(wanted);
  if (address !== null) return seen.some((host) => host.address === address) ? address : null;
  if (parseCidr(wanted) !== null) return null;
  const named = seen.find((host) => host.names.some((name) => isMeant(wanted, { address: host.address, name })));
  if (named !== undefined) return named.address;
  const { hosts } = await store.cycles.loadBaseline(loaded.config.segment);
  const known = hosts.get(wanted)?.address ?? null;
  return known !== null && seen.some((host) => host.address === known) ? known : null;
}

async function elementsOf(
  runs: readonly NmapRun[],
  rawDir: string,
  address: string,
): Promise<Pick<RawHost, "elements" | "missing">> {
  const elements: RawElement[] = [];
  const missing: string[] = [];
  for (const { raw, phase, shard, n, hosts } of runs) {
    if (!hosts.some((host) => host.address === address)) continue;
    if (raw === null) {
      missing.push("it was read from a recorded file, which is not archived");
      continue;
    }
    const found = await archivedHost(raw, rawDir, address);
    if (!found.ok) missing.push(found.error);
    else
      for (const xml of found.value)
        elements.push({ phase, shard, n, file: `raw/${raw.path}`, sha256: raw.sha256, xml });
  }
  return { elements, missing };
}

function noSuchHost(wanted: string, scan: CycleRecord, runs: readonly NmapRun[]): OperationFailure {
  const hosts = runs.flatMap((run) => run.hosts);
  const near = didYouMean(wanted, [...new Set(hosts.flatMap(({ address, names }) => [address, ...names]))]);
  return {
    code: "TL522",
    exit: 2,
    what: `scan ${scan.scanNumber} of ${isoTime(scan.startedAt)} names no host "${wanted}"${near === null ? "" : `; did you mean "${near}"?`}`,
    effect: "Nothing was shown.",
    fix: "Name one host by its address, name or id: tripline hosts lists them, tripline scans list the scans.",
  };
}

function notArchived(scan: CycleRecord, missing: readonly string[]): OperationFailure {
  return {
    code: "TL523",
    exit: 2,
    what: `what nmap wrote in scan ${scan.scanNumber} of ${isoTime(scan.startedAt)} cannot be had: ${missing[0] ?? "no file of it names the host"}`,
    effect: "Nothing was shown.",
    fix: "Name a later scan. store.keep_raw and store.max_raw say how long nmap's files are kept; tripline scans diff and hosts still show what was read from them.",
  };
}
