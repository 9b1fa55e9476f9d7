import { hadPause, type HostBaseline, type SegmentBaseline } from "../../domain/baseline.ts";
import type { CycleContext } from "../../domain/cycle.ts";
import type { Deviation } from "../../domain/deviation.ts";
import type { AnomalyKind } from "../../domain/kinds/catalogue.ts";
import { type Counter, counterOf } from "../../domain/kinds/counters.ts";
import { portClass, portKey } from "../../domain/network.ts";
import { type HostRole, hostRole } from "../../domain/role.ts";
import { caseNow } from "./cases.ts";
import { posterior } from "./likelihood.ts";
import type { KindRule, ScoringRules } from "./rules.ts";
import { type Counted, countedOn, tallyOf, together, type Watch, without } from "./tallies.ts";

/** How likely a deviation was on one day of its host, before it happened; null for kinds of which nothing is counted. */
export interface Rates {
  readonly likelihood: (deviation: Deviation) => number | null;
}

type Roles = CycleContext["roles"];

/**
 * The one place that weighs what was counted: from the rate that is usual anywhere to that of the segment, of the host's
 * peers and of the host itself. The deviation is not settled, so it is in none of them.
 */
export function ratesOf(baseline: SegmentBaseline, rules: ScoringRules, roles?: Roles): Rates {
  const peers = peersOf(baseline, roles);
  const books = new Map<string, Book>();
  const bookOf = (counter: Counter) => {
    const book = books.get(counter.name) ?? bookFor(counter, { baseline, rules, peers });
    books.set(counter.name, book);
    return book;
  };
  const as = (kind: AnomalyKind, deviation: Deviation) => {
    const counter = counterOf(kind);
    const rule = rules.kinds[kind];
    if (counter === null || rule.per_day === undefined) return null;
    return likelihood(deviation, { counter, rules, rule, book: bookOf(counter), peers });
  };
  return {
    likelihood: (deviation) => {
      const own = as(deviation.kind, deviation);
      if (own === null || !isAfterPause(deviation, baseline)) return own;
      return Math.max(own, ...replacing(deviation.kind).map((kind) => as(kind, deviation) ?? 0));
    },
  };
}

/** Other software on a port that was closed meanwhile was not exchanged: it is what opened there now. */
function isAfterPause({ host, port }: Deviation, { hosts }: SegmentBaseline): boolean {
  const memory = host === null || port === null ? undefined : hosts.get(host.id)?.ports.get(portKey(port));
  return memory !== undefined && (memory.current === "closed" || hadPause(memory));
}

/** What also leads to something else behind such a port: that it closed, and that another one opened. */
function replacing(kind: AnomalyKind): readonly AnomalyKind[] {
  const of = counterOf(kind)?.of;
  return of?.what === "port-field" ? of.orOf : [];
}

interface Peers {
  readonly groupOf: (host: HostBaseline) => string;
  /** Whether some host of the segment is a node of Kubernetes: only there NodePorts are made to come and go. */
  readonly kubernetes: () => boolean;
}

/** Hosts of one role and one family of systems have the same habits. */
function peersOf({ hosts }: SegmentBaseline, roles: Roles): Peers {
  const known = new Map<HostBaseline, HostRole>();
  const roleOf = (host: HostBaseline) => {
    const role = known.get(host) ?? hostRole(host, roles);
    known.set(host, role);
    return role;
  };
  return {
    groupOf: (host) => `${roleOf(host)} ${host.fields.get("os_family")?.value ?? "?"}`,
    kubernetes: () => hosts.values().some((host) => roleOf(host) === "kubernetes-node"),
  };
}

/** Everything that was counted of one counter. */
interface Book {
  readonly hosts: ReadonlyMap<string, Counted>;
  readonly groups: ReadonlyMap<string, Counted>;
  readonly segment: Counted;
  readonly groupOf: (id: string) => string | null;
}

function bookFor(counter: Counter, { baseline, rules, peers }: Watch & { readonly peers: Peers }): Book {
  const all = [...baseline.hosts.values()];
  const hosts = new Map(all.map((host) => [host.id, countedOn(host, counter, { baseline, rules })]));
  const groups = new Map(
    [...Map.groupBy(all, peers.groupOf)].map(([group, members]) => [
      group,
      together(members.flatMap((host) => hosts.get(host.id) ?? [])),
    ]),
  );
  const groupOf = (id: string) => {
    const host = baseline.hosts.get(id);
    return host === undefined ? null : peers.groupOf(host);
  };
  return { hosts, groups, segment: together(groups.values()), groupOf };
}

interface Question {
  readonly counter: Counter;
  readonly rules: ScoringRules;
  readonly rule: KindRule;
  readonly book: Book;
  readonly peers: Peers;
}

function likelihood(deviation: Deviation, question: Question): number {
  const { counter, rules, book } = question;
  const found = caseNow(deviation, counter, rules);
  const { prior_weight, own_weight, prior_hits } = rules.rarity;
  const shared = { trials: prior_weight, ...prior_hits };
  const usual = usualRate(deviation, found, question);
  const segment = tallyOf(book.segment, found);
  // A newcomer has neither days of its own nor peers yet: who it is is the question.
  const isNewcomer = counter.of.what === "host" && counter.of.turns === "up";
  const id = deviation.host?.id ?? "";
  const group = isNewcomer ? null : book.groupOf(id);
  if (group === null) return posterior(usual, shared, segment);
  const [peers, own] = [tallyOf(book.groups.get(group), found), tallyOf(book.hosts.get(id), found)];
  const ofSegment = posterior(usual, shared, without(segment, peers));
  const ofPeers = posterior(ofSegment, shared, without(peers, own));
  const ofHost = posterior(ofPeers, { trials: own_weight, ...prior_hits }, own);
  return Math.max(ofHost, ofSubject(deviation, ofHost, rules));
}

/** What this very port or host did before: it was like this in `seen` of its scans. */
function ofSubject({ history }: Deviation, expected: number, { rarity }: ScoringRules): number {
  const { seen, scans } = history;
  const weight = { trials: rarity.prior_weight, ...rarity.prior_hits };
  return seen === 0 ? 0 : posterior(expected, weight, { hits: seen, trials: scans });
}

function usualRate({ port }: Deviation, found: string, { rule, rules, peers }: Question): number {
  if (typeof rule.per_day === "number") return rule.per_day;
  const { class_per_day, shown_share } = rules.rarity;
  const name = port === null ? "registered" : portClass(port.number);
  const rate = class_per_day[name === "nodeport" && !peers.kubernetes() ? "registered" : name];
  const shown = found.split(" ")[1] ?? "unknown";
  return rate * (shown === "plain" || shown === "unknown" ? shown_share[shown] : shown_share.dangerous);
}
