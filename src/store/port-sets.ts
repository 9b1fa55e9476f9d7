import { formatIntervals, parseIntervals, type Intervals } from "../lib/intervals.ts";
import type { Database } from "./database.ts";
import { integer, text } from "./rows.ts";

/** Turns the text of a port set into the id of its one row; to be recreated in each commit. */
export type Intern = (ports: string) => number;

/** Ids of a rolled back commit would name rows that do not exist, hence no memory beyond one commit. */
export function portSetInterner(database: Database): Intern {
  const known = new Map<string, number>();
  return (ports) => {
    const id = known.get(ports) ?? findOrAdd(database, ports);
    known.set(ports, id);
    return id;
  };
}

/** One text per array object: the hosts of a scan share their port sets, and formatting 1,000 ports takes its time. */
export function intervalTexts(): (ports: Intervals) => string {
  const known = new Map<Intervals, string>();
  return (ports) => {
    const found = known.get(ports) ?? formatIntervals(ports);
    known.set(ports, found);
    return found;
  };
}

export function readPortSets(database: Database): ReadonlyMap<number, Intervals> {
  const rows = database.all("SELECT id, ports FROM port_set");
  return new Map(rows.map((row) => [integer(row["id"]), parsed(text(row["ports"]))]));
}

/** Throws for an id without a row, which only damage can cause. */
export function portSetOf(sets: ReadonlyMap<number, Intervals>, id: number): Intervals {
  const found = sets.get(id);
  if (found === undefined) throw new TypeError(`port set ${id} does not exist`);
  return found;
}

function parsed(ports: string): Intervals {
  const intervals = parseIntervals(ports);
  if (intervals === null) throw new TypeError(`${ports.slice(0, 40)} is not a port set`);
  return intervals;
}

function findOrAdd(database: Database, ports: string): number {
  database.run("INSERT INTO port_set (ports) VALUES (?) ON CONFLICT (ports) DO NOTHING", ports);
  return integer(database.one("SELECT id FROM port_set WHERE ports = ?", ports)?.["id"]);
}
