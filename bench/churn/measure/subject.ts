import type { Anomaly } from "../../../src/domain/anomaly.ts";
import { portKey } from "../../../src/domain/network.ts";

/** What an anomaly is about, whether it stands alone or for a group. */
export interface Subject {
  readonly kinds: readonly string[];
  readonly addresses: readonly string[];
  /** Null: not about one port. */
  readonly port: string | null;
}

export function subjectOf({ kind, host, port, group }: Anomaly): Subject {
  return {
    kinds: group === null ? [kind] : [kind, group.kind],
    addresses: [...(host === null ? [] : [host.address]), ...(group?.members.map(({ ip }) => ip) ?? [])],
    port: port === null ? groupPort(group?.subject) : portKey(port),
  };
}

/** `version-changed 22/tcp openssh` → `tcp/22`. */
function groupPort(subject: string | undefined): string | null {
  const [, number, transport] = /(?:^| )(\d+)\/(tcp|udp)\b/.exec(subject ?? "") ?? [];
  return number === undefined ? null : `${transport}/${number}`;
}
