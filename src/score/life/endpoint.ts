import type { Deviation, HostRef } from "../../domain/deviation.ts";
import type { Facts } from "../../domain/facts.ts";
import { ANOMALY_KINDS, type AnomalyKind } from "../../domain/kinds.ts";
import { parsePortKey, portKey, type PortRef } from "../../domain/network.ts";

/** What an anomaly or a deviation is about, as far as "one endpoint, one open anomaly" is concerned. */
export interface About {
  readonly kind: AnomalyKind;
  readonly subject: string;
  readonly host: HostRef | null;
  readonly port: PortRef | null;
}

/** The same story of one host, told by how many of the asked ports answer. */
const MANY_PORTS: ReadonlySet<AnomalyKind> = new Set(["all-ports-open", "ports-opened"]);
const PRESENCE: ReadonlySet<AnomalyKind> = new Set(["host-appeared", "undeclared-host"]);

/**
 * Which of two kinds tells the story of one endpoint, first wins: a declaration before the baseline, being there
 * before being different, who answers before what it calls itself. Static, so that it does not flip between cycles.
 */
const RANK: readonly AnomalyKind[] = [
  "port-moved",
  "undeclared-port",
  "missing-endpoint",
  "service-mismatch",
  "undeclared-host",
  "port-opened",
  "port-closed",
  "host-appeared",
  "service-changed",
  "hostkey-changed",
  "certificate-changed",
  "certificate-renewed",
  "version-downgraded",
  "version-changed",
  "banner-changed",
];
const RANKS: ReadonlyMap<AnomalyKind, number> = new Map(
  ANOMALY_KINDS.map((kind) => [kind, RANK.includes(kind) ? RANK.indexOf(kind) : RANK.length]),
);

/** The endpoints it speaks for: both ports of a move, the presence of a host, else its subject. Keys hold the host. */
export function endpointsOf(about: About): readonly string[] {
  const owner = about.host?.id ?? "";
  if (PRESENCE.has(about.kind)) return [`${owner} presence`];
  if (MANY_PORTS.has(about.kind)) return [`${owner} ports`];
  const ports = [about.port, parsePortKey(about.subject)].filter((p) => p !== null).map(portKey);
  return ports.length === 0
    ? [`${owner} ${about.kind} ${about.subject}`]
    : [...new Set(ports)].map((p) => `${owner} ${p}`);
}

/** Independent kinds of evidence: two changes of one family are one piece of news. */
export function familyOf(kind: AnomalyKind): string | null {
  if (["service-changed", "version-changed", "version-downgraded", "banner-changed", "service-mismatch"].includes(kind))
    return "software";
  if (["hostkey-changed", "certificate-changed", "mac-changed", "identity-changed"].includes(kind)) return "identity";
  if (
    ["port-opened", "port-closed", "undeclared-port", "port-moved", "missing-endpoint"].includes(kind) ||
    MANY_PORTS.has(kind)
  )
    return "port";
  return kind === "os-shifted" ? "system" : null;
}

/**
 * One deviation per endpoint: the highest in rank stays and takes over what the others knew, so that one incident is
 * read once. Order is kept.
 */
export function onePerEndpoint(deviations: readonly Deviation[]): readonly Deviation[] {
  const owners = new Map<string, Deviation>();
  for (const deviation of byRank(deviations)) {
    for (const endpoint of endpointsOf(deviation)) if (!owners.has(endpoint)) owners.set(endpoint, deviation);
  }
  const ownersOf = (d: Deviation) => endpointsOf(d).map((endpoint) => owners.get(endpoint) ?? d);
  const folded = new Map<Deviation, Deviation[]>();
  for (const deviation of deviations) {
    const owner = ownersOf(deviation).find((o) => o !== deviation);
    if (owner !== undefined) folded.set(owner, [...(folded.get(owner) ?? []), deviation]);
  }
  const kept = deviations.filter((d) => ownersOf(d).every((owner) => owner === d));
  return kept.map((d) => absorb(d, folded.get(d) ?? []));
}

/** Stable: equal ranks stay in the given order. */
function byRank(deviations: readonly Deviation[]): readonly Deviation[] {
  return deviations.toSorted((a, b) => (RANKS.get(a.kind) ?? 0) - (RANKS.get(b.kind) ?? 0));
}

function absorb(main: Deviation, others: readonly Deviation[]): Deviation {
  if (others.length === 0) return main;
  const informed = others.find((o) => o.history.scans > main.history.scans);
  return {
    ...main,
    before: mergeFacts(
      main.before,
      others.map((o) => o.before),
    ),
    after: mergeFacts(
      main.after,
      others.map((o) => o.after),
    ),
    history: informed?.history ?? main.history,
    confirmed: main.confirmed || others.some((o) => o.confirmed && o.port !== null && o.kind === "port-opened"),
    reasons: [...new Set([...main.reasons, ...others.flatMap((o) => o.reasons)])].slice(0, 12),
  };
}

function mergeFacts(main: Facts, others: readonly Facts[]): Facts {
  return { ...others.reduceRight<Facts>((all, facts) => ({ ...all, ...facts }), {}), ...main };
}
