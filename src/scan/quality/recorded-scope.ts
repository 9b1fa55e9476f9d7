import type { SegmentBaseline } from "../../domain/baseline.ts";
import { type NmapRun, provesAbsence } from "../../domain/nmap-run.ts";
import { inNetworks, namedNetworks } from "./asked.ts";

/** More networks than this are remembered as "unknown": then every unknown host is reported. */
const MOST = 256;

/** Networks asked so far, and whether an address is in one that was asked for the first time. */
export interface AskedScope {
  readonly asked: readonly string[];
  readonly isFirst: (address: string) => boolean;
}

/**
 * Which networks the recorded scans of a segment asked so far, and which addresses this one asks for the first time: a
 * scan with a wider scope shows hosts that were there all along. Undefined where a command line does not say.
 */
export function recordedScope(runs: readonly NmapRun[], baseline: SegmentBaseline): AskedScope | undefined {
  const before = baseline.scans === 0 ? [] : baseline.vantage.asked;
  const now = networksOf(runs.filter((run) => run.phase === "ports" && provesAbsence(run)));
  if (before === undefined || now === null) return undefined;
  const asked = [...new Set([...before, ...now])].toSorted();
  if (asked.length > MOST) return undefined;
  const [asks, askedBefore] = [inNetworks(now), inNetworks(before)];
  return { asked, isFirst: (address) => baseline.scans > 0 && asks(address) && !askedBefore(address) };
}

function networksOf(complete: readonly NmapRun[]): readonly string[] | null {
  const networks = complete.map(namedNetworks).filter((found) => found !== null);
  return complete.length > 0 && networks.length === complete.length ? networks.flat() : null;
}
