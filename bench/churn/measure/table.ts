import { type Figures, figuresOf, isFalse, quantile, type Share, SPANS } from "./figures.ts";
import type { MonthRecord } from "./record.ts";

/** One row of the table: what it says of all months together, and the number whose range over the seeds is shown. */
interface Line {
  readonly name: string;
  readonly text: (all: Figures) => string;
  readonly each?: (one: Figures) => number;
}

const LINES: readonly Line[] = [
  rate("false alerts per day and 1,000 hosts", (f) => f.falseRate),
  rate("… of these true but undeclared", (f) => f.undeclaredRate),
  rate("… of these in the time and place of an announced change", (f) => f.announcedRate),
  part("recall, all", (f) => f.recall),
  part("recall, servers and things", (f) => f.recallOwned),
  part("precision", (f) => f.precision),
  part("right field and values", (f) => f.right),
  rate("further alerts per told label", (f) => f.duplicates),
  count("most alerts in one scan", (f) => f.worst),
  ...SPANS.map(({ title, days }, i) =>
    rate(`false per day and 1,000, ${title} ${days.join("–")}`, (f) => f.periods[i]?.rate ?? 0),
  ),
  { name: "broken scans found degraded or partial", text: ({ degraded }) => `${degraded.broken} of ${degraded.of}` },
  count("other scans called degraded or partial", (f) => f.degraded.otherwise),
  count("false alerts in broken scans", (f) => f.contentInBroken),
  count("open anomalies at the end of a month", (f) => f.open),
  count("`updated` events a month", (f) => f.updated),
  count("CPU seconds a month", (f) => f.cpuSeconds),
];

/** The figures of some months of one variant as text: the pooled value, and the range over the seeds. */
export function tableOf(title: string, months: readonly MonthRecord[]): string {
  const all = figuresOf(months);
  const each = months.map((month) => figuresOf([month]));
  const rows = LINES.map((line) => `| ${line.name} | ${line.text(all)} | ${spread(each, line.each)} |`);
  const head = [`## ${title}`, "", "| figure | value | range over seeds |", "|---|---|---|"];
  return [...head, ...rows, "", ...labelLines(all), "", ...falseLines(all)].join("\n");
}

function rate(name: string, each: (one: Figures) => number): Line {
  return { name, text: (all) => each(all).toFixed(2), each };
}

function count(name: string, each: (one: Figures) => number): Line {
  return { name, text: (all) => each(all).toFixed(0), each };
}

function part(name: string, of: (one: Figures) => Share): Line {
  return { name, text: (all) => share(of(all)), each: (one) => percent(of(one)) };
}

function labelLines(all: Figures): readonly string[] {
  return [
    "| kind of label | told | delay in scans, median / p95 | in hours, median / p95 |",
    "|---|---|---|---|",
    ...[...all.recallByKind].map(([kind, told]) => {
      const delay = all.delays.get(kind);
      const scans = delay === undefined ? "–" : `${quantile(delay.scans, 0.5)} / ${quantile(delay.scans, 0.95)}`;
      const hours =
        delay === undefined
          ? "–"
          : `${quantile(delay.hours, 0.5).toFixed(0)} / ${quantile(delay.hours, 0.95).toFixed(0)}`;
      return `| ${kind} | ${share(told)} | ${scans} | ${hours} |`;
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

function spread(months: readonly Figures[], each: Line["each"]): string {
  if (each === undefined || months.length < 2) return "";
  const values = months.map(each);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const digits = most < 10 ? 1 : 0;
  return `${least.toFixed(digits)}–${most.toFixed(digits)}`;
}

function percent({ hits, of }: Share): number {
  return of === 0 ? 100 : (100 * hits) / of;
}

function share(of: Share): string {
  return `${percent(of).toFixed(0)} % (${of.hits}/${of.of})`;
}
