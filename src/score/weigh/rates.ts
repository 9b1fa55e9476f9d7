import { hadPause, type PortBaseline, type SegmentBaseline } from "../../domain/baseline.ts";
import type { CycleContext } from "../../domain/cycle.ts";
import type { Deviation } from "../../domain/deviation.ts";
import type { AnomalyKind } from "../../domain/kinds/catalogue.ts";
import { type Counter, counterOf } from "../../domain/kinds/counters.ts";
import { portClass, portKey, type PortRef } from "../../domain/network.ts";
import { type Book, bookFor } from "./books.ts";
import { type Case, caseNow, classOf, kindOf } from "./cases.ts";
import { commonPart } from "./habits.ts";
import { posterior, type Tally } from "./likelihood.ts";
import { type Numbers, numbersOf, type NumberUse } from "./numbers.ts";
import { type Peers, peersOf } from "./peers.ts";
import type { KindRule, ScoringRules } from "./rules.ts";
import { hitsInClass, part, tallyOf, without } from "./tallies.ts";

/** How likely a deviation was on one day of its host, before it happened; null for kinds of which nothing is counted. */
export interface Rates {
  readonly likelihood: (deviation: Deviation) => number | null;
  /** What the number of an opened port says, in words; null where it says nothing. */
  readonly numberText: (deviation: Deviation) => string | null;
}

type Roles = CycleContext["roles"];

/**
 * The one place that weighs what was counted: from the rate that is usual anywhere to that of the segment, of the host's
 * peers and of the host itself. The deviation is not settled, so it is in none of them.
 */
export function ratesOf(baseline: SegmentBaseline, rules: ScoringRules, roles?: Roles): Rates {
  const peers = peersOf(baseline, roles);
  const useOf = numberUses(baseline, { peers, rules });
  const books = new Map<string, Book>();
  const wasAlert = (deviation: Deviation) => memoryOf(deviation, baseline)?.alerted === true;
  const bookOf = (counter: Counter) => {
    const book = books.get(counter.name) ?? bookFor(counter, { baseline, rules, peers });
    books.set(counter.name, book);
    return book;
  };
  const as = (kind: AnomalyKind, deviation: Deviation) => {
    const counter = counterOf(kind);
    const rule = rules.kinds[kind];
    if (counter === null || rule.per_day === undefined) return null;
    return likelihood(deviation, { counter, rules, rule, book: bookOf(counter), peers, useOf, wasAlert });
  };
  return {
    likelihood: (deviation) => {
      const own = as(deviation.kind, deviation);
      if (own === null || !isAfterPause(deviation, baseline)) return own;
      return Math.max(own, ...replacing(deviation.kind).map((kind) => as(kind, deviation) ?? 0));
    },
    numberText: (deviation) => {
      const counter = counterOf(deviation.kind);
      return counter === null || !isOpening(counter) ? null : numberText(deviation, { counter, rules, peers, useOf });
    },
  };
}

/** The index of numbers is made when the first opening asks for it. */
function numberUses(
  baseline: SegmentBaseline,
  from: { readonly peers: Peers; readonly rules: ScoringRules },
): (deviation: Deviation) => NumberUse | null {
  let numbers: Numbers | null = null;
  return ({ host, port }) => {
    if (port === null) return null;
    numbers ??= numbersOf(baseline, from);
    return numbers(baseline.hosts.get(host?.id ?? ""), port);
  };
}

/** Other software on a port that was closed meanwhile was not exchanged: it is what opened there now. */
function isAfterPause(deviation: Deviation, baseline: SegmentBaseline): boolean {
  const memory = memoryOf(deviation, baseline);
  return memory !== undefined && (memory.current === "closed" || hadPause(memory));
}

function memoryOf({ host, port }: Deviation, { hosts }: SegmentBaseline): PortBaseline | undefined {
  return host === null || port === null ? undefined : hosts.get(host.id)?.ports.get(portKey(port));
}

/** What also leads to something else behind such a port: that it closed, and that another one opened. */
function replacing(kind: AnomalyKind): readonly AnomalyKind[] {
  const of = counterOf(kind)?.of;
  return of?.what === "port-field" ? of.orOf : [];
}

interface Question {
  readonly counter: Counter;
  readonly rules: ScoringRules;
  readonly rule: KindRule;
  readonly book: Book;
  readonly peers: Peers;
  readonly useOf: (deviation: Deviation) => NumberUse | null;
  /** It was there before as an alert that nobody accepted. */
  readonly wasAlert: (deviation: Deviation) => boolean;
}

function likelihood(deviation: Deviation, question: Question): number {
  const { counter, rules, book } = question;
  const found = caseOfNumber(deviation, question);
  const { prior_weight, own_weight, prior_hits } = rules.rarity;
  const shared = { trials: prior_weight, ...prior_hits };
  const usual = usualRate(deviation, found, question);
  // A newcomer has neither days of its own nor peers yet: who it is is the question.
  const isNewcomer = counter.of.what === "host" && counter.of.turns === "up";
  const id = deviation.host?.id ?? "";
  const segment = tallyOf(book.segmentOf(id), found);
  const group = isNewcomer ? null : book.groupOf(id);
  if (group === null) return posterior(usual, shared, segment);
  const [peers, own] = [tallyOf(book.groups.get(group), found), tallyOf(book.hosts.get(id), found)];
  const parts = isOpening(counter) ? commonParts(book, { group, id, found }) : ALL;
  const ofSegment = posterior(usual, shared, part(without(segment, peers), parts.rest));
  const ofPeers = posterior(ofSegment, shared, part(without(peers, own), parts.group));
  const mine = { trials: own_weight, ...prior_hits };
  const ofHost = posterior(ofPeers * numberShare(deviation, question), mine, own);
  const ofHabit = isOpening(counter) ? byHabit(ofPeers, found, { ...question, group, id }) : 0;
  const most = Math.max(ofHost, ofHabit);
  return question.wasAlert(deviation) ? most : Math.max(most, ofSubject(deviation, most, rules));
}

const ALL = { rest: 1, group: 1 };

/** What the busiest hosts open is theirs: of the segment and of the peers only what most of them do counts. */
function commonParts(
  book: Book,
  of: { readonly group: string; readonly id: string; readonly found: Case },
): typeof ALL {
  const name = classOf(of.found);
  const { group, rest } = book.habits(name, of.group);
  const own = book.hosts.get(of.id);
  return { rest: commonPart(rest, null), group: commonPart(group, own === undefined ? null : hitsInClass(own, name)) };
}

/**
 * Where servers come and go every day, the first one that does not identify itself is no surprise: of what such a host
 * opens, this part does not do so on its peers. What is dangerous is never made ordinary by what is not.
 */
function byHabit(
  ofPeers: number,
  found: Case,
  { book, rules, group, id }: Question & { readonly group: string; readonly id: string },
): number {
  const [own, peers] = [book.hosts.get(id), book.groups.get(group)];
  if (own === undefined || peers === undefined || kindOf(found) === "dangerous") return 0;
  const hits = hitsInClass(own, classOf(found)) / 1000;
  if (hits === 0) return 0;
  const all = hitsInClass(peers, classOf(found)) / 1000;
  const share = (tallyOf(peers, found).hits + rules.rarity.shown_share[kindOf(found)]) / (all + 1);
  const weight = { trials: rules.rarity.own_weight, ...rules.rarity.prior_hits };
  const openings: Tally = { hits, trials: own.trials / 1000 };
  return share * posterior(Math.min(1, ofPeers / share), weight, openings);
}

/** What does not say what it is counts as what its peers have on that number, where they do have it. */
function caseOfNumber(
  deviation: Deviation,
  { counter, rules, useOf }: Pick<Question, "counter" | "rules" | "useOf">,
): Case {
  const found = caseNow(deviation, counter, rules);
  if (!isOpening(counter) || kindOf(found) !== "unknown") return found;
  return useOf(deviation)?.usual?.case ?? found;
}

/**
 * People mostly give an ordinary service a number that is in use elsewhere; in dynamic ranges any number is as good as
 * another one. What hides what it is, or is dangerous, needs no second reason.
 */
function numberShare(
  deviation: Deviation,
  { counter, rules, peers, useOf }: Omit<Question, "book" | "rule" | "wasAlert">,
): number {
  const { new_number: share = 1 } = rules.rarity;
  if (!isOpening(counter) || deviation.port === null || isDynamic(deviation.port, peers)) return 1;
  if (kindOf(caseNow(deviation, counter, rules)) !== "plain") return 1;
  return useOf(deviation)?.isNew === true ? share : 1;
}

function numberText(deviation: Deviation, question: Omit<Question, "book" | "rule" | "wasAlert">): string | null {
  const found = caseNow(deviation, question.counter, question.rules);
  if (kindOf(found) === "unknown" && caseOfNumber(deviation, question) !== found)
    return question.useOf(deviation)?.usual?.text ?? null;
  return numberShare(deviation, question) < 1 ? "no other host here ever had this port open" : null;
}

function isDynamic({ number }: PortRef, peers: Peers): boolean {
  const name = portClass(number);
  return name === "ephemeral" || (name === "nodeport" && peers.kubernetes());
}

function isOpening({ of }: Counter): boolean {
  return of.what === "port" && of.turns === "open";
}

/** What this very port or host did before: it was like this in `seen` of its scans. */
function ofSubject({ history }: Deviation, expected: number, { rarity }: ScoringRules): number {
  const { seen, scans } = history;
  const weight = { trials: rarity.prior_weight, ...rarity.prior_hits };
  return seen === 0 ? 0 : posterior(expected, weight, { hits: seen, trials: scans });
}

function usualRate({ port }: Deviation, found: Case, { rule, rules, peers }: Question): number {
  if (typeof rule.per_day === "number") return rule.per_day;
  const { class_per_day, shown_share } = rules.rarity;
  const name = port === null ? "registered" : portClass(port.number);
  const rate = class_per_day[name === "nodeport" && !peers.kubernetes() ? "registered" : name];
  return rate * shown_share[kindOf(found)];
}
