import type { Declaration } from "../../domain/declaration.ts";
import { isoTime } from "../../lib/time.ts";

/** More would bury what matters. */
const MOST = 50;

/** What is not an error in a source but worth a look: rows that repeat or overlap others, and rows that expired. */
export function sourceWarnings(declarations: readonly Declaration[], now: number): readonly string[] {
  const all = [...repetitions(declarations), ...expired(declarations, now)];
  return all.length <= MOST ? all : [...all.slice(0, MOST), `${all.length - MOST} more warnings like these`];
}

function repetitions(declarations: readonly Declaration[]): readonly string[] {
  const byTarget = Map.groupBy(declarations, (d) => `${JSON.stringify(d.target)} ${d.transport}`);
  return [...byTarget.values()].flatMap((same) => same.flatMap((row, i) => repeats(row, same.slice(0, i))));
}

/** Only the nearest earlier row is named: a row that overlaps many is one mistake. */
function repeats(row: Declaration, earlier: readonly Declaration[]): readonly string[] {
  const other = earlier.findLast((e) => e.portFrom <= row.portTo && row.portFrom <= e.portTo);
  if (other === undefined) return [];
  const where = `${placeOf(row)}  declares`;
  const both = other.app.protocol !== null && row.app.protocol !== null && other.app.protocol !== row.app.protocol;
  if (other.id === row.id && !both) return [`${where} the same as line ${lineOf(other)}`];
  const how = both ? `, as another service: ${row.app.protocol}, there ${other.app.protocol}` : "";
  return [`${where} ports that line ${lineOf(other)} declares too${how}`];
}

function expired(declarations: readonly Declaration[], now: number): readonly string[] {
  return declarations.flatMap((row) =>
    row.expires === null || row.expires > now
      ? []
      : [`${placeOf(row)}  expired on ${isoTime(row.expires).slice(0, 10)}: it no longer declares anything`],
  );
}

function placeOf(row: Declaration): string {
  const [source] = row.sources;
  return `${source?.file}:${source?.line ?? 1}:${source?.column ?? 1}`;
}

function lineOf(row: Declaration): number {
  return row.sources[0]?.line ?? 1;
}
