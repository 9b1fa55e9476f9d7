import { COULD_BE_ANNOUNCED } from "./cause.ts";
import type { AlertRecord, LabelRecord, MonthRecord } from "./record.ts";

/** Counted over months of several seeds; hosts × days are the measure of all rates. */
export interface Figures {
  readonly months: number;
  /** False alerts per day and 1,000 hosts in the judged days. */
  readonly falseRate: number;
  /** Part of it: true changes that somebody could have announced and did not. */
  readonly undeclaredRate: number;
  /** Part of it: what somebody had announced. */
  readonly announcedRate: number;
  readonly recall: Share;
  readonly recallOwned: Share;
  readonly recallByKind: ReadonlyMap<string, Share>;
  readonly precision: Share;
  readonly right: Share;
  /** Alerts beside the first one, per label that was told. */
  readonly duplicates: number;
  /** Most alerts in one scan, learning days included. */
  readonly worst: number;
  /** False alerts per day and 1,000 hosts by span of days. */
  readonly periods: readonly { readonly days: readonly [number, number]; readonly rate: number }[];
  readonly delays: ReadonlyMap<string, Delay>;
  readonly degraded: { readonly broken: number; readonly of: number; readonly otherwise: number };
  /** Alerts in broken scans that nothing explains: neither a label nor its harmless twin. */
  readonly contentInBroken: number;
  readonly evenings: Evenings;
  readonly certificates: Certificates;
  readonly open: number;
  readonly updated: number;
  /** Of all months together. */
  readonly cpuSeconds: number;
  /** False alerts by kind and by what caused them, most first. */
  readonly falseKinds: readonly { readonly kind: string; readonly origin: string; readonly count: number }[];
}

/** Scans at hours when most workstations are off. */
export interface Evenings {
  /** Called degraded or partial although nothing was broken. */
  readonly quietDegraded: number;
  readonly brokenFound: Share;
  /** Alerts in broken ones that belong to no label. */
  readonly contentInBroken: number;
}

export interface Certificates {
  /** Alerts, learning days included, about a certificate that was only renewed. */
  readonly renewals: number;
  /** Certificates of a foreign issuer, and self-signed ones, that were told. */
  readonly wrongTold: Share;
}

export interface Share {
  readonly hits: number;
  readonly of: number;
}

export interface Delay {
  readonly scans: readonly number[];
  readonly hours: readonly number[];
}

/** Spans of days, from 1: how it ages, and how it begins. */
export const SPANS: readonly { readonly title: string; readonly days: readonly [first: number, last: number] }[] = [
  { title: "days", days: [1, 5] },
  { title: "days", days: [6, 14] },
  { title: "days", days: [15, 20] },
  { title: "days", days: [21, 30] },
  { title: "cold start, days", days: [1, 1] },
  { title: "cold start, days", days: [2, 3] },
  { title: "cold start, days", days: [4, 7] },
  { title: "cold start, days", days: [8, 14] },
];

/** False: it belongs to no label. What was announced is false too: the product had been told. */
export function isFalse(alert: AlertRecord): boolean {
  return alert.labels.length === 0;
}

export function figuresOf(months: readonly MonthRecord[]): Figures {
  const judged = months.flatMap((month) => month.alerts.filter(({ n }) => n >= month.judgedFrom));
  const wrong = judged.filter(isFalse);
  const labels = months.flatMap((month) => month.labels.filter(({ benign, asked }) => !benign && asked !== null));
  const told = labels.filter((label) => label.told !== null);
  const rate = (alerts: readonly AlertRecord[]) => per1000(alerts.length, months);
  return {
    months: months.length,
    falseRate: rate(wrong),
    undeclaredRate: rate(wrong.filter(isUndeclared)),
    announcedRate: rate(wrong.filter((alert) => alert.announced)),
    recall: shareOf(labels, (label) => label.told !== null),
    recallOwned: shareOf(labels.filter(isOwned), (label) => label.told !== null),
    recallByKind: byKind(labels),
    precision: shareOf(judged, (alert) => !isFalse(alert)),
    right: shareOf(told, (label) => label.told?.right === true),
    duplicates: told.length === 0 ? 0 : (sum(told.map(({ alerts }) => alerts)) - told.length) / told.length,
    worst: Math.max(0, ...months.map(worstScan)),
    periods: SPANS.map(({ days }) => ({ days, rate: rateOf(months, days) })),
    delays: delaysOf(told),
    degraded: degradedOf(months),
    contentInBroken: inBroken(months, () => true),
    evenings: eveningsOf(months),
    certificates: certificatesOf(months),
    open: mean(months.map(({ open }) => open)),
    updated: mean(months.map(({ updated }) => updated)),
    cpuSeconds: sum(months.map(({ cpuSeconds }) => cpuSeconds)),
    falseKinds: countedKinds(wrong),
  };
}

/** What nobody announced although it is true: harmless twins of incidents and planned changes. */
function isUndeclared({ twin, origin }: AlertRecord): boolean {
  return twin || COULD_BE_ANNOUNCED.has(origin);
}

/** Machines that somebody keeps: servers and things. */
function isOwned({ role }: LabelRecord): boolean {
  return role === "server" || role === "iot" || role === "printer" || role === "kubernetes-node";
}

function per1000(count: number, months: readonly MonthRecord[]): number {
  const hostDays = sum(months.map((m) => (m.hosts * (m.days * m.scansPerDay - m.judgedFrom)) / m.scansPerDay));
  return hostDays === 0 ? 0 : (count / hostDays) * 1000;
}

function rateOf(months: readonly MonthRecord[], [first, last]: readonly [number, number]): number {
  const counted = sum(
    months.map(
      ({ alerts }) => alerts.filter((alert) => alert.day >= first && alert.day <= last && isFalse(alert)).length,
    ),
  );
  const hostDays = sum(months.map(({ hosts, days }) => hosts * Math.max(0, Math.min(days, last) - first + 1)));
  return hostDays === 0 ? 0 : (counted / hostDays) * 1000;
}

function byKind(labels: readonly LabelRecord[]): ReadonlyMap<string, Share> {
  const groups = Map.groupBy(labels, ({ kind }) => kind);
  const kinds = [...groups.keys()].toSorted();
  return new Map(kinds.map((kind) => [kind, shareOf(groups.get(kind) ?? [], ({ told }) => told !== null)]));
}

function delaysOf(told: readonly LabelRecord[]): ReadonlyMap<string, Delay> {
  const groups = Map.groupBy(told, ({ kind }) => kind);
  return new Map(
    [...groups.keys()].toSorted().map((kind) => {
      const some = groups.get(kind) ?? [];
      const scans = some.map(({ told: first }) => first?.delay ?? 0).toSorted(ascending);
      const hours = some.map((label) => ((label.told?.at ?? 0) - (label.askedAt ?? 0)) / 3_600_000).toSorted(ascending);
      return [kind, { scans, hours }];
    }),
  );
}

function degradedOf(months: readonly MonthRecord[]): Figures["degraded"] {
  const all = months.flatMap(({ degraded }) => degraded);
  return {
    broken: all.filter(({ fault }) => fault !== "none").length,
    of: sum(months.map(({ faults }) => faults.length)),
    otherwise: all.filter(({ fault }) => fault === "none").length,
  };
}

function inBroken(months: readonly MonthRecord[], which: (n: number, month: MonthRecord) => boolean): number {
  const wrong = (month: MonthRecord) =>
    month.alerts.filter((alert) => alert.fault !== "none" && isFalse(alert) && !alert.twin && which(alert.n, month));
  return sum(months.map((month) => wrong(month).length));
}

function eveningsOf(months: readonly MonthRecord[]): Evenings {
  const degraded = months.flatMap((month) => month.degraded.filter(({ n }) => isEvening(n, month)));
  return {
    quietDegraded: degraded.filter(({ fault }) => fault === "none").length,
    brokenFound: {
      hits: degraded.filter(({ fault }) => fault !== "none").length,
      of: sum(months.map((month) => month.faults.filter((n) => isEvening(n, month)).length)),
    },
    contentInBroken: inBroken(months, isEvening),
  };
}

/** When most people have gone home. */
const EVENING_HOUR = 18;

function isEvening(n: number, { scansPerDay }: MonthRecord): boolean {
  return (((n % scansPerDay) + 0.5) * 24) / scansPerDay >= EVENING_HOUR;
}

const OF_CERTIFICATES = /^(certificate-|identity-changed$)/;

function certificatesOf(months: readonly MonthRecord[]): Certificates {
  const labels = months.flatMap((month) => month.labels).filter(({ kind, asked }) => isWrong(kind) && asked !== null);
  const renewals = months
    .flatMap(({ alerts }) => alerts)
    .filter((alert) => alert.origin === "renewal" && isFalse(alert) && OF_CERTIFICATES.test(alert.kind));
  return { renewals: renewals.length, wrongTold: shareOf(labels, ({ told }) => told !== null) };
}

function isWrong(kind: string): boolean {
  return kind === "foreign-issuer" || kind === "self-signed";
}

function worstScan({ alerts }: MonthRecord): number {
  return Math.max(0, ...[...Map.groupBy(alerts, ({ n }) => n).values()].map((some) => some.length));
}

function countedKinds(wrong: readonly AlertRecord[]): Figures["falseKinds"] {
  const groups = Map.groupBy(wrong, ({ kind, origin }) => `${kind} ${origin}`);
  return [...groups.values()]
    .flatMap(([first, ...rest]) =>
      first === undefined ? [] : [{ kind: first.kind, origin: first.origin, count: rest.length + 1 }],
    )
    .toSorted((a, b) => b.count - a.count || ascendingText(a.kind, b.kind));
}

function shareOf<T>(list: readonly T[], hit: (item: T) => boolean): Share {
  return { hits: list.filter(hit).length, of: list.length };
}

/** The value at a quantile of a sorted list; the nearest rank, so that it is one that was measured. */
export function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? 0;
}

function ascending(a: number, b: number): number {
  return a - b;
}

function ascendingText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function sum(list: readonly number[]): number {
  return list.reduce((total, one) => total + one, 0);
}

function mean(list: readonly number[]): number {
  return list.length === 0 ? 0 : sum(list) / list.length;
}
