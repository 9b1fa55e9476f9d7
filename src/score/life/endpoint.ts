import type { Deviation, HostRef } from "../../domain/deviation.ts";
import type { Facts } from "../../domain/facts.ts";
import { ANOMALY_KINDS, type AnomalyKind, CATALOGUE } from "../../domain/kinds/catalogue.ts";
import { parsePortKey, portKey, type PortRef, portText } from "../../domain/network.ts";
import { clip } from "../../domain/words.ts";

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
  if (ports.length > 0) return [...new Set(ports)].map((p) => `${owner} ${p}`);
  const covered = HOST_KINDS.filter((kind) => CATALOGUE[kind].coveredBy.includes(about.kind));
  return [`${owner} ${about.kind} ${about.subject}`, ...covered.flatMap((kind) => endpointsOf({ ...about, kind }))];
}

const HOST_KINDS = ANOMALY_KINDS.filter((kind) => CATALOGUE[kind].subject === "host");

/**
 * One deviation per endpoint: the highest in rank stays and adopts what the others knew, so that one incident is
 * read once. `isTold`: it is reported already. What happens later on such an endpoint and is news of its own stays beside
 * it. Order is kept, with what came later at the end.
 */
export function onePerEndpoint(
  deviations: readonly Deviation[],
  isTold: (deviation: Deviation) => boolean = () => false,
): readonly Deviation[] {
  const placesOf = placesIn(deviations);
  const owners = new Map<string, Deviation>();
  for (const deviation of byRank(deviations)) {
    for (const place of placesOf(deviation)) if (!owners.has(place)) owners.set(place, deviation);
  }
  const ownersOf = (d: Deviation) => placesOf(d).map((place) => owners.get(place) ?? d);
  const later = deviations.filter((d) => ownersOf(d).some((owner) => isSecond(d, owner, isTold)));
  if (later.length > 0) {
    const first = deviations.filter((d) => !later.includes(d));
    return [...onePerEndpoint(first, isTold), ...onePerEndpoint(later, isTold)];
  }
  const isOwned = (d: Deviation, owner: Deviation) => owner !== d && !isAnotherMove(d, owner);
  const folded = new Map<Deviation, Deviation[]>();
  for (const deviation of deviations) {
    const owner = ownersOf(deviation).find((o) => isOwned(deviation, o));
    if (owner !== undefined) folded.set(owner, [...(folded.get(owner) ?? []), deviation]);
  }
  const kept = deviations.filter((d) => !ownersOf(d).some((owner) => isOwned(d, owner)));
  return kept.map((d) => absorb(d, folded.get(d) ?? []));
}

/** What is ordinary on a stranger belongs to its appearance. */
function placesIn(deviations: readonly Deviation[]): (d: Deviation) => readonly string[] {
  const strangers = new Set(deviations.filter(isStranger).map((d) => d.host?.id));
  return (d) => (strangers.has(d.host?.id) && isOrdinaryField(d) ? [`${d.host?.id} presence`] : endpointsOf(d));
}

function isStranger({ kind, host }: Deviation): boolean {
  const { appears, declaration } = CATALOGUE[kind];
  return host !== null && appears === "host" && declaration !== "source";
}

function isOrdinaryField({ kind }: Deviation): boolean {
  const { gone, second } = CATALOGUE[kind];
  return gone.when === "port-fields-normal" && second === undefined;
}

/** Another key behind a port that was reported and nobody accepted yet is no detail of that report. */
function isSecond(d: Deviation, owner: Deviation, isTold: (deviation: Deviation) => boolean): boolean {
  if (owner === d || CATALOGUE[d.kind].second !== "told" || !isTold(owner)) return false;
  return d.fresh === true || isTold(d);
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

function absorb(given: Deviation, others: readonly Deviation[]): Deviation {
  const noted = others.flatMap((d) => notedOf(d, given))[0];
  const main = noted === undefined ? given : { ...given, noted };
  if (others.length === 0 || isStranger(main)) return main;
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

/** An upgrade, as what it says about the thing that is reported. */
function notedOf(d: Deviation, main: Deviation): readonly string[] {
  if (d.fresh !== true || CATALOGUE[d.kind].absorbed?.when !== "field-stays") return [];
  const where = main.port === null && d.port !== null ? ` on ${portText(d.port)}` : "";
  return [`now shows version ${clip(d.to ?? "?")} instead of ${clip(d.from ?? "?")}${where}`];
}

function isNewPort({ kind, port }: Deviation): boolean {
  const { appears, declaration } = CATALOGUE[kind];
  return port !== null && appears === "port" && declaration !== "source";
}

function mergeFacts(main: Facts, others: readonly Facts[]): Facts {
  return { ...others.reduceRight<Facts>((all, facts) => ({ ...all, ...facts }), {}), ...main };
}
