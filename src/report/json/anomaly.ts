import type { Anomaly, AnomalyGroup, GroupMember } from "../../domain/anomaly.ts";

export interface AnomalyJson {
  readonly id: string;
  readonly kind: string;
  readonly severity: string;
  readonly score: number;
  readonly parts: readonly { readonly name: string; readonly points: number; readonly why: string }[];
  readonly host: {
    readonly id: string;
    readonly ip: string;
    readonly mac: string | null;
    readonly name: string | null;
  } | null;
  readonly port: { readonly number: number; readonly protocol: string } | null;
  readonly before: unknown;
  readonly after: unknown;
  readonly state: string;
  readonly confirmed: boolean;
  readonly notable: boolean;
  /** Only where it is so: found by the first look at declarations, an inventory, of which critical findings alert. */
  readonly firstLook?: true;
  /** Of a rollout: the kind that its members would have alone, and what they changed from and to. */
  readonly group: { readonly kind: string; readonly from: string | null; readonly to: string | null } | null;
  readonly members: readonly MemberJson[];
  readonly message: string;
  /** Only where it is so: who looks at it, and what it turned out to be. */
  readonly acknowledged?: Anomaly["acknowledged"];
  readonly verdict?: Anomaly["verdict"];
  /** UTC ms. */
  readonly firstSeen: number;
  readonly lastSeen: number;
}

export interface MemberJson {
  readonly ip: string;
  readonly name: string | null;
  /** Id that it has, or would have, alone. */
  readonly anomaly: string;
  /** What changed on it: `tcp/4444`, `presence`; null where that was not kept. */
  readonly subject: string | null;
}

export function anomalyJson(anomaly: Anomaly, notable: boolean): AnomalyJson {
  const { host, port, score } = anomaly;
  return {
    id: anomaly.id,
    kind: anomaly.kind,
    severity: score.band,
    score: score.value,
    parts: score.parts,
    host: host === null ? null : { id: host.id, ip: host.address, mac: host.mac, name: host.name },
    port: port === null ? null : { number: port.number, protocol: port.transport },
    before: anomaly.before,
    after: anomaly.after,
    state: anomaly.state,
    confirmed: anomaly.confirmed,
    notable,
    ...(anomaly.declared?.firstEvaluation === true ? { firstLook: true } : {}),
    group: groupJson(anomaly.group),
    members: (anomaly.group?.members ?? []).map(memberJson),
    message: anomaly.message,
    firstSeen: anomaly.firstSeen,
    lastSeen: anomaly.lastSeen,
    ...(anomaly.acknowledged === undefined ? {} : { acknowledged: anomaly.acknowledged }),
    ...(anomaly.verdict === undefined ? {} : { verdict: anomaly.verdict }),
  };
}

function groupJson(group: AnomalyGroup | null): AnomalyJson["group"] {
  return group === null ? null : { kind: group.kind, from: group.from, to: group.to };
}

function memberJson({ ip, name, anomalyId, subject }: GroupMember): MemberJson {
  return { ip, name, anomaly: anomalyId, subject: subject ?? null };
}
