import { type Figures, quantile, type Share, SPANS } from "./figures.ts";

/** A line of the table: what it says of all months together, and the number that its goal bounds. */
export interface Line {
  readonly name: string;
  readonly text: (all: Figures) => string;
  readonly number: (all: Figures) => number;
  /** The number is one of a hundred. */
  readonly isShare: boolean;
  /** The least and the most of single seeds stand beside it. */
  readonly ranged: boolean;
  /** What the line is a share or a number of may be missing from a world: then it says nothing about it. */
  readonly applies: (all: Figures) => boolean;
}

export const LINES = {
  false: rate("false alerts per day and 1,000 hosts", (f) => f.falseRate),
  undeclared: rate("… of these true but undeclared", (f) => f.undeclaredRate),
  announced: rate("… of these in the time and place of an announced change", (f) => f.announcedRate),
  recall: part("recall, all", (f) => f.recall),
  recallOwned: part("recall, servers and things", (f) => f.recallOwned),
  precision: part("precision", (f) => f.precision),
  right: part("right field and values", (f) => f.right),
  duplicates: rate("further alerts per told label", (f) => f.duplicates),
  worst: count("most alerts in one scan", (f) => f.worst),
  days1: period(0),
  days6: period(1),
  days15: period(2),
  days21: period(3),
  cold1: period(4),
  cold2: period(5),
  cold4: period(6),
  cold8: period(7),
  renewals: count("alerts about renewed certificates", (f) => f.certificates.renewals),
  wrongCertificates: part("wrong certificate changes told", (f) => f.certificates.wrongTold),
  brokenFound: found("broken scans found degraded or partial", (f) => ({ hits: f.degraded.broken, of: f.degraded.of })),
  otherwise: count("other scans called degraded or partial", (f) => f.degraded.otherwise),
  contentInBroken: count("false alerts in broken scans", (f) => f.contentInBroken),
  quietEvenings: count("quiet evenings called degraded or partial", (f) => f.evenings.quietDegraded),
  brokenEvenings: found("broken evenings found degraded or partial", (f) => f.evenings.brokenFound),
  contentInEvenings: count("false alerts in broken evenings", (f) => f.evenings.contentInBroken),
  open: count("open anomalies at the end of a month", (f) => f.open),
  updated: count("`updated` events a month", (f) => f.updated),
  cpu: count("CPU seconds a month", (f) => f.cpuSeconds / f.months),
} as const satisfies Readonly<Record<string, Line>>;

export type FigureName = keyof typeof LINES;

export const FIGURE_NAMES: readonly FigureName[] = Object.keys(LINES) as FigureName[];

export function lineOf(name: FigureName): Line {
  return LINES[name];
}

function always(): boolean {
  return true;
}

function rate(name: string, number: Line["number"]): Line {
  return { name, number, text: (all) => number(all).toFixed(2), isShare: false, ranged: true, applies: always };
}

function count(name: string, number: Line["number"]): Line {
  return { name, number, text: (all) => number(all).toFixed(0), isShare: false, ranged: true, applies: always };
}

function part(name: string, of: (all: Figures) => Share): Line {
  const number = (all: Figures) => percent(of(all));
  return { name, number, text: (all) => share(of(all)), isShare: true, ranged: true, applies: (all) => of(all).of > 0 };
}

function found(name: string, of: (all: Figures) => Share): Line {
  const text = (all: Figures) => `${of(all).hits} of ${of(all).of}`;
  return {
    name,
    number: (all) => percent(of(all)),
    text,
    isShare: true,
    ranged: false,
    applies: (all) => of(all).of > 0,
  };
}

function period(i: number): Line {
  const { title, days } = SPANS[i] ?? { title: "", days: [0, 0] };
  return rate(`false per day and 1,000, ${title} ${days.join("–")}`, (all) => all.periods[i]?.rate ?? 0);
}

export function percent({ hits, of }: Share): number {
  return of === 0 ? 100 : (100 * hits) / of;
}

export function share(of: Share): string {
  return `${percent(of).toFixed(0)} % (${of.hits}/${of.of})`;
}

/** Median and 95th percentile of a sorted list. */
export function middleAndLate(sorted: readonly number[], digits: number): string {
  return `${quantile(sorted, 0.5).toFixed(digits)} / ${quantile(sorted, 0.95).toFixed(digits)}`;
}
