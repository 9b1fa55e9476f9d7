import type { HostBaseline } from "../../domain/baseline.ts";
import type { IdentityEvidence } from "../../domain/evidence.ts";
import type { HostView } from "../../domain/cycle.ts";
import { evidenceKey, inOrder, observedEvidence, referenceEvidence } from "./evidence.ts";

/**
 * The evidence a host owns after this scan: what is normal for it *and* its own. A value that was seen on a second
 * address is given up, one that is merely new waits until it is accepted.
 */
export function learnEvidence(learned: HostBaseline, host: HostView): readonly IdentityEvidence[] {
  const normal = new Set(referenceEvidence(learned).map(evidenceKey));
  const own = new Set(host.identity.evidence.map(evidenceKey));
  const shared = observedEvidence(host.observation)
    .map(evidenceKey)
    .filter((key) => !own.has(key));
  const lost = new Set(shared);
  const kept = [...learned.evidence, ...host.identity.evidence].filter((e) => normal.has(evidenceKey(e)));
  return inOrder(kept.filter((e) => !lost.has(evidenceKey(e))));
}
