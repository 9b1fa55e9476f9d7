import type { Anomaly, Mute } from "../../domain/anomaly.ts";
import { isHost } from "../../domain/anomaly-filter.ts";
import { portText } from "../../domain/network.ts";

/** The part of an anomaly that a mute may match: structured fields, never text that a host sent. */
export type Mutable = Pick<Anomaly, "id" | "segment" | "kind" | "host" | "port" | "group">;

/** The mute in effect for an anomaly at `now` (UTC ms): of several the one that lasts longest, then the first. */
export function muteFor(anomaly: Mutable, mutes: readonly Mute[], now: number): Mute | null {
  const active = mutes.filter((mute) => mute.until > now && matches(mute, anomaly));
  return active.reduce<Mute | null>((best, mute) => (best === null || mute.until > best.until ? mute : best), null);
}

/** Every field that is given must match; a mute without any field would mute everything, so it matches nothing. */
export function matches({ match }: Mute, anomaly: Mutable): boolean {
  const { host, port, kind, segment } = match;
  if ([host, port, kind, segment, match.anomaly].every((field) => field === undefined)) return false;
  if (segment !== undefined && segment !== anomaly.segment) return false;
  if (match.anomaly !== undefined && match.anomaly !== anomaly.id) return false;
  if (kind !== undefined && kind !== anomaly.kind && kind !== anomaly.group?.kind) return false;
  if (port !== undefined && (anomaly.port === null || port !== portText(anomaly.port))) return false;
  return host === undefined || matchesHost(host, anomaly);
}

/** A rollout is muted by host only when the mute covers all of its members. */
function matchesHost(wanted: string, { host, group }: Mutable): boolean {
  if (group !== null) {
    const hosts = group.members.map(({ ip, name }) => ({ address: ip, name }));
    return hosts.length > 0 && hosts.every((one) => isHost(wanted, one));
  }
  return host !== null && isHost(wanted, host);
}
