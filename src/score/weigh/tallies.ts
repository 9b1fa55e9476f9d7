import type { HostBaseline, SegmentBaseline } from "../../domain/baseline.ts";
import { faded, fadedSpan, habitDays, lifeOf, vanishedKey } from "../../domain/churn.ts";
import type { Counter } from "../../domain/kinds/counters.ts";
import { type Case, caseOf, classOf } from "./cases.ts";
import { NOTHING, type Tally } from "./likelihood.ts";
import type { ScoringRules } from "./rules.ts";

/** What was counted of one counter on one host, or on several together. */
export interface Counted {
  readonly trials: number;
  readonly hits: ReadonlyMap<Case, number>;
}

export interface Watch {
  readonly baseline: SegmentBaseline;
  readonly rules: ScoringRules;
}

/** Of one host. Hits of one case never exceed its days, whatever they were called when they were counted. */
export function countedOn(host: HostBaseline, { name, of }: Counter, { baseline, rules }: Watch): Counted {
  if (!canHappenOn(host, of)) return { trials: 0, hits: new Map() };
  const ended = Math.max(0, (baseline.lastScanAt ?? host.lastSeen.at) - host.lastSeen.at);
  const trials = thousandths(fadedSpan(ended + lifeOf(host, baseline), ended));
  const hits = new Map<Case, number>();
  const vanished = vanishedKey(name);
  for (const [key, { days, at }] of host.churn ?? []) {
    const begin = [name, vanished].find((one) => key === one || key.startsWith(`${one} `));
    if (begin === undefined) continue;
    const found = caseOf(key.slice(begin.length + 1), rules);
    const counted = faded(days, baseline.watchedMs - at);
    const more = thousandths(begin === vanished ? habitDays(counted) : counted);
    hits.set(found, Math.min(trials, (hits.get(found) ?? 0) + more));
  }
  return { trials, hits };
}

/** Sums of whole thousandths: exact in any order. */
export function together(all: Iterable<Counted>): Counted {
  const hits = new Map<Case, number>();
  let trials = 0;
  for (const one of all) {
    trials += one.trials;
    for (const [found, days] of one.hits) hits.set(found, (hits.get(found) ?? 0) + days);
  }
  return { trials, hits };
}

export function tallyOf(counted: Counted | undefined, found: Case): Tally {
  if (counted === undefined) return NOTHING;
  return { hits: (counted.hits.get(found) ?? 0) / 1000, trials: counted.trials / 1000 };
}

/** All hits of the cases of one class of ports, in thousandths. */
export function hitsInClass({ hits }: Counted, name: string): number {
  let sum = 0;
  for (const [found, days] of hits) if (classOf(found) === name) sum += days;
  return sum;
}

/** With only this part of the hits. */
export function part({ hits, trials }: Tally, share: number): Tally {
  return { hits: hits * share, trials };
}

/** What is in the larger group and not in the smaller: nothing is counted twice. */
export function without(all: Tally, some: Tally): Tally {
  return { hits: Math.max(0, all.hits - some.hits), trials: Math.max(0, all.trials - some.trials) };
}

function canHappenOn(host: HostBaseline, of: Counter["of"]): boolean {
  switch (of.what) {
    case "host":
    case "port":
      return true;
    case "machine":
      return host.evidence.some((one) => one.strong);
    case "host-field":
      return of.fields.some((field) => host.fields.has(field));
    case "port-field":
      return [...host.ports.values()].some(
        (port) => port.reference === "open" && of.fields.some((field) => port.fields.has(field)),
      );
  }
}

function thousandths(days: number): number {
  return Math.floor(days * 1000);
}
