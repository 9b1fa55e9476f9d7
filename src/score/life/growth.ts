import { answeredService } from "../../domain/answered-service.ts";
import type { Anomaly } from "../../domain/anomaly.ts";
import { clip } from "../../domain/words.ts";

/** How the evidence grew since it was last stored, as a verb phrase; null when it did not. `noted`: what else changed on it. */
export function growth(stored: Anomaly, next: Anomaly, noted?: string): string | null {
  const service = answeredService(next.after);
  if (service !== null && service !== answeredService(stored.after)) return `is now identified as ${clip(service)}`;
  if (next.confirmed && !stored.confirmed) return "is now confirmed by a second probe";
  if (noted !== undefined) return noted;
  const [before, now] = [active(stored), active(next)];
  if (now > before) return `grew from ${before} to ${now} ${next.host === null ? "hosts" : "ports"}`;
  const [few, many] = [stored.after.open_count ?? 0, next.after.open_count ?? 0];
  if (few > 0 && many >= 2 * few) return `grew from ${few} to ${many} ports`;
  const added = next.reasons.filter((code) => !stored.reasons.includes(code));
  return added.length === 0 ? null : `has new evidence (${added.join(", ")})`;
}

/** Hosts of a group that are not normal again; of a group of ports, its ports. */
function active({ group, host }: Anomaly): number {
  const members = group?.members.filter((member) => member.over === undefined) ?? [];
  return new Set(members.map((member) => (host === null ? member.hostId : member.anomalyId))).size;
}
