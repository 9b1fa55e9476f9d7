import type { SegmentBaseline } from "../../domain/baseline.ts";
import type { AskedTargets } from "../../domain/ports/scan-source.ts";
import { disjoint } from "../../domain/scope.ts";
import { addressTest } from "../../domain/target.ts";
import { formatCidr, parseCidr } from "../../lib/ip.ts";
import type { AskedScope } from "./recorded-scope.ts";

/** A longer history is remembered as "unknown": then every unknown host is reported. */
const MOST = 2048;

/**
 * Which addresses a live scan asks for the first time: in a network that is newly listed, or those of a name that is. A
 * listed name that stands for another address than before is no wider scope. A state that does not know what was asked
 * has asked what is listed now.
 */
export function liveScope({ networks, names }: AskedTargets, baseline: SegmentBaseline): AskedScope | undefined {
  const now = [...networks, ...names.keys()];
  const before = baseline.scans === 0 ? [] : (baseline.vantage.asked ?? now);
  const asked = joined([...before, ...now]);
  if (asked.length > MOST) return undefined;
  const newNames = [...names].filter(([name]) => !before.includes(name));
  const isNewlyListed = addressTest([...networks, ...newNames.flatMap(([, addresses]) => addresses)]);
  const wasListed = addressTest(before);
  return { asked, isFirst: (address) => baseline.scans > 0 && isNewlyListed(address) && !wasListed(address) };
}

/** Networks inside of others are left out, or a history of changes would grow without end. */
function joined(words: readonly string[]): readonly string[] {
  const others = words.filter((word) => parseCidr(word) === null);
  const networks = disjoint(words.flatMap((word) => parseCidr(word) ?? [])).map(formatCidr);
  return [...new Set([...networks, ...others])].toSorted();
}
