import { type Figures, quantile } from "./figures.ts";
import { FIGURE_NAMES, type FigureName, lineOf, percent } from "./lines.ts";

/** A number, another figure of the same row, or the same figure of the base row. */
type Bound = number | FigureName | "base";

export type Goal = { readonly most: Bound } | { readonly least: Bound };

export type Goals = Partial<Readonly<Record<FigureName, Goal>>>;

/** What a row was to reach and whether it did. */
export interface Verdict {
  readonly figure: string;
  readonly value: string;
  readonly goal: string;
  /** Null: there is nothing to compare it with. */
  readonly met: boolean | null;
}

/** In any world: no storm, and no content from a scan that was broken. */
export const EVERYWHERE: Goals = { worst: { most: 20 }, brokenFound: { least: 100 }, contentInBroken: { most: 0 } };

/** `base`: the figures of the base row, where it was measured too. */
export function judged(goals: Goals, all: Figures, base: Figures | null): ReadonlyMap<FigureName, Verdict> {
  const of = (name: FigureName): readonly [FigureName, Verdict][] => {
    const goal = goals[name];
    return goal === undefined ? [] : [[name, verdict(name, goal, { all, base })]];
  };
  return new Map(FIGURE_NAMES.flatMap(of));
}

interface Measured {
  readonly all: Figures;
  readonly base: Figures | null;
}

function verdict(name: FigureName, goal: Goal, measured: Measured): Verdict {
  const line = lineOf(name);
  const [sign, bound] = "most" in goal ? (["≤", goal.most] as const) : (["≥", goal.least] as const);
  const limit = limitOf(name, bound, measured);
  const value = line.number(measured.all);
  const isMet = limit !== null && (sign === "≤" ? value <= limit : value >= limit);
  const known = limit !== null && line.applies(measured.all);
  return {
    figure: line.name,
    value: line.text(measured.all),
    goal: `${sign} ${boundText(name, bound, measured)}`,
    met: known ? isMet : null,
  };
}

function limitOf(name: FigureName, bound: Bound, { all, base }: Measured): number | null {
  if (typeof bound === "number") return bound;
  if (bound !== "base") return lineOf(bound).number(all);
  return base === null ? null : lineOf(name).number(base);
}

function boundText(name: FigureName, bound: Bound, { all, base }: Measured): string {
  const line = lineOf(name);
  if (typeof bound === "number") return line.isShare ? `${bound} %` : String(bound);
  if (bound !== "base") return `${lineOf(bound).text(all)} (${lineOf(bound).name.split(", ").at(-1)})`;
  return base === null ? "base" : `${line.text(base)} (base)`;
}

/** Fewer labels than this say nothing about their kind. */
const ENOUGH = 30;
const LEAST_TOLD = 80;

/** The latest p95 in scans by kind of label; every other one: 1. */
const LATEST: Readonly<Record<string, number>> = {
  rogue: 0,
  "high-port": 0,
  "admin-port": 0,
  "weekly-port": 0,
  worm: 0,
  "syn-proxy": 0,
  tarpit: 0,
  "key-change": 0,
  "service-gone": 2,
  "dead-server": 2,
  "os-shift": 2,
};

/** The two goals of a kind of label, where there are enough of it. */
export function judgedKind({ recallByKind, delays }: Figures, kind: string): readonly Verdict[] {
  const told = recallByKind.get(kind) ?? { hits: 0, of: 0 };
  const delay = quantile(delays.get(kind)?.scans ?? [], 0.95);
  const latest = LATEST[kind] ?? 1;
  const of = (met: boolean) => (told.of < ENOUGH ? null : met);
  return [
    {
      figure: `${kind}: told`,
      value: `${percent(told).toFixed(0)} %`,
      goal: `≥ ${LEAST_TOLD} %`,
      met: of(percent(told) >= LEAST_TOLD),
    },
    { figure: `${kind}: delay, p95 in scans`, value: String(delay), goal: `p95 ≤ ${latest}`, met: of(delay <= latest) },
  ];
}

/** As it stands in a table. */
export function goalText(verdicts: readonly Verdict[]): string {
  return verdicts
    .map(({ goal, met }) => (met === false ? `**missed: ${goal}**` : met === null ? `${goal} (not judged)` : goal))
    .join(", ");
}
