import type { Deviation, HostRef } from "../../domain/deviation.ts";
import type { Facts } from "../../domain/facts.ts";
import { type AnomalyKind, CATALOGUE } from "../../domain/kinds/catalogue.ts";
import { parsePortKey, portKey, type PortRef } from "../../domain/network.ts";

/** What an anomaly or a deviation is about, as far as "one endpoint, one open anomaly" is concerned. */
export interface About {
  readonly kind: AnomalyKind;
  readonly subject: string;
  readonly host: HostRef | null;
  readonly port: PortRef | null;
}

/** The endpoints it covers: both ports of a move, the presence of a host, else its subject. Keys hold the host. */
export function endpointsOf(about: About): readonly string[] {
  const owner = about.host?.id ?? "";
  const { appears, subject } = CATALOGUE[about.kind];
  if (appears === "host") return [`${owner} presence`];
  if (subject === "ports") return [`${owner} ports`];
  const ports = [about.port, parsePortKey(about.subject)].filter((p) => p !== null).map(portKey);
  return ports.length === 0
    ? [`${owner} ${about.kind} ${about.subject}`]
    : [...new Set(ports)].map((p) => `${owner} ${p}`);
}

/**
 * One deviation per endpoint: the highest in rank stays and adopts what the others knew, so that one incident is
 * read once. Order is kept.
 */
export function onePerEndpoint(deviations: readonly Deviation[]): readonly Deviation[] {
  const owners = new Map<string, Deviation>();
  for (const deviation of byRank(deviations)) {
    for (const endpoint of endpointsOf(deviation)) if (!owners.has(endpoint)) owners.set(endpoint, deviation);
  }
  const ownersOf = (d: Deviation) => endpointsOf(d).map((endpoint) => owners.get(endpoint) ?? d);
  const isOwned = (d: Deviation, owner: Deviation) => owner !== d && !isAnotherMove(d, owner);
  const folded = new Map<Deviation, Deviation[]>();
  for (const deviation of deviations) {
    const owner = ownersOf(deviation).find((o) => isOwned(deviation, o));
    if (owner !== undefined) folded.set(owner, [...(folded.get(owner) ?? []), deviation]);
  }
  const kept = deviations.filter((d) => !ownersOf(d).some((owner) => isOwned(d, owner)));
  return kept.map((d) => absorb(d, folded.get(d) ?? []));
}

/** A service that moved to where another one moved away from: two facts, although they meet on one port. */
function isAnotherMove(d: Deviation, owner: Deviation): boolean {
  return [d, owner].every((one) => endpointsOf(one).length > 1) && d.subject !== owner.subject;
}

/**
 * Declarations before the baseline, presence before fields, identity before names. The
 * order is fixed, so that the owner does not flip between cycles; equal ranks stay in the given order.
 */
function byRank(deviations: readonly Deviation[]): readonly Deviation[] {
  return deviations.toSorted((a, b) => rankOf(a) - rankOf(b));
}

function rankOf({ kind }: Deviation): number {
  return CATALOGUE[kind].rank ?? Number.MAX_SAFE_INTEGER;
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
    confirmed: main.confirmed || others.some((o) => o.confirmed && isNewPort(o)),
    reasons: [...new Set([...main.reasons, ...others.flatMap((o) => o.reasons)])].slice(0, 12),
  };
}

function isNewPort({ kind, port }: Deviation): boolean {
  const { appears, declaration } = CATALOGUE[kind];
  return port !== null && appears === "port" && declaration !== "source";
}

function mergeFacts(main: Facts, others: readonly Facts[]): Facts {
  return { ...others.reduceRight<Facts>((all, facts) => ({ ...all, ...facts }), {}), ...main };
}
