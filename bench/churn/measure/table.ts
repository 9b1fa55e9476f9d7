import { type Figures, figuresOf, isFalse } from "./figures.ts";
import { goalText, type Goals, judged, judgedKind, type Verdict } from "./goals.ts";
import { FIGURE_NAMES, type Line, lineOf, middleAndLate, share } from "./lines.ts";
import type { MonthRecord } from "./record.ts";

/** A row of the result: what it is called, how to get it, and what it was to reach. */
export interface Heading {
  readonly title: string;
  readonly command: string;
  readonly goals: Goals;
}

/** The figures of some months of one variant as text: the pooled value, the range over the seeds, and the goal. */
export function tableOf(
  { title, command, goals }: Heading,
  months: readonly MonthRecord[],
  base: Figures | null,
): string {
  const all = figuresOf(months);
  const each = months.map((month) => figuresOf([month]));
  const verdicts = judged(goals, all, base);
  const rows = FIGURE_NAMES.map((name) => {
    const line = lineOf(name);
    const verdict = verdicts.get(name);
    return `| ${line.name} | ${line.text(all)} | ${spread(each, line)} | ${verdict === undefined ? "" : goalText([verdict])} |`;
  });
  const head = [
    `## ${title}`,
    "",
    `\`${command}\``,
    "",
    "| figure | value | range over seeds | goal |",
    "|---|---|---|---|",
  ];
  return [...head, ...rows, "", ...labelLines(all), "", ...falseLines(all)].join("\n");
}

/** What a row did not reach. */
export function missed(goals: Goals, all: Figures, base: Figures | null): readonly Verdict[] {
  const kinds = [...all.recallByKind.keys()].flatMap((kind) => judgedKind(all, kind));
  return [...judged(goals, all, base).values(), ...kinds].filter(({ met }) => met === false);
}

function labelLines(all: Figures): readonly string[] {
  return [
    "| kind of label | told | delay in scans, median / p95 | in hours, median / p95 | goal |",
    "|---|---|---|---|---|",
    ...[...all.recallByKind].map(([kind, told]) => {
      const delay = all.delays.get(kind);
      const scans = delay === undefined ? "–" : middleAndLate(delay.scans, 0);
      const hours = delay === undefined ? "–" : middleAndLate(delay.hours, 0);
      const verdicts = judgedKind(all, kind).filter(({ met }) => met !== null);
      return `| ${kind} | ${share(told)} | ${scans} | ${hours} | ${goalText(verdicts)} |`;
    }),
  ];
}

function falseLines({ falseKinds }: Figures): readonly string[] {
  if (falseKinds.length === 0) return ["No false alerts."];
  return [
    "| false alerts by kind | what the world did there | number |",
    "|---|---|---|",
    ...falseKinds.map(({ kind, origin, count }) => `| ${kind} | ${origin} | ${count} |`),
  ];
}

/** Every false alert and every missed label of a month, with what it was made of. */
export function debugOf(month: MonthRecord): string {
  const wrong = month.alerts.filter((alert) => alert.n >= month.judgedFrom && isFalse(alert));
  const missed = month.labels.filter(({ benign, told, asked }) => !benign && asked !== null && told === null);
  return [
    `seed ${month.seed}: ${wrong.length} false`,
    ...wrong.map(
      (a) =>
        `  #${a.n} day ${a.day} ${a.kind} ${a.transition} ${a.score} ${a.addresses.slice(0, 3).join(",")} ${a.port ?? ""} ${a.from ?? "–"} → ${a.to ?? "–"} [${a.parts}] because of ${a.origin}${a.twin ? ", harmless twin" : ""}`,
    ),
    ...month.labels
      .filter(({ told }) => told?.right === false)
      .map(
        (l) =>
          `  ${l.id}: told ${l.told?.kind} ${l.told?.shown}, right is ${l.right.from} → ${l.right.to} (${l.right.field})`,
      ),
    ...month.degraded
      .filter(({ fault }) => fault === "none")
      .map(({ n, why }) => `  #${n} was not believed or not whole: ${why}`),
    `seed ${month.seed}: ${missed.length} missed`,
    ...missed.map(
      (l) => `  ${l.id} ${l.kind} on ${l.role} from #${l.from}, asked #${l.asked}: ${l.best ?? "never seen"}`,
    ),
  ].join("\n");
}

function spread(months: readonly Figures[], { number, ranged }: Line): string {
  if (!ranged || months.length < 2) return "";
  const values = months.map(number);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const digits = most < 10 ? 1 : 0;
  return `${least.toFixed(digits)}–${most.toFixed(digits)}`;
}
