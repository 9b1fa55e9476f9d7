import type { Anomaly } from "../../domain/anomaly.ts";
import { CATALOGUE } from "../../domain/kinds/catalogue.ts";

/** Two anomalies that cannot both be normal, and why, in words that continue "one says". */
export interface Contradiction {
  readonly ids: readonly [string, string];
  readonly why: string;
}

/** What accepting an anomaly says about one thing of one host. */
interface Claim {
  readonly id: string;
  readonly about: string;
  readonly says: string;
}

/**
 * Anomalies whose accepts would undo each other: that a host stays away and that something on it is normal, or two values of
 * the same thing.
 */
export function contradictions(anomalies: readonly Anomaly[]): readonly Contradiction[] {
  const found = new Map<string, Contradiction>();
  for (const claims of Map.groupBy(anomalies.flatMap(claimsOf), (claim) => claim.about).values()) {
    const [first] = claims;
    const other = claims.find((claim) => claim.says !== first?.says);
    if (first === undefined || other === undefined) continue;
    const ids = [first.id, other.id] as const;
    found.set(ids.join(" "), { ids, why: `${first.says}, the other ${other.says}` });
  }
  return [...found.values()];
}

function claimsOf(anomaly: Anomaly): readonly Claim[] {
  const { id, group, host, after, to } = anomaly;
  const { accept } = CATALOGUE[group?.kind ?? anomaly.kind];
  const members = group?.members.map(({ hostId, ip, subject }) => ({ hostId, ip, subject: subject ?? group.subject }));
  const own = host === null ? [] : [{ hostId: host.id, ip: host.address, subject: anomaly.subject }];
  const state = after.state;
  const value = state === "open" || state === "closed" ? state : (group?.to ?? to);
  return (members ?? own).flatMap(({ hostId, ip, subject }) => [
    { id, about: `${hostId} presence`, says: accept.makes === "absence" ? `${ip} is gone` : `${ip} is there` },
    ...(value === null ? [] : [{ id, about: `${hostId} ${subject} ${accept.makes}`, says: `${subject} is ${value}` }]),
  ]);
}
