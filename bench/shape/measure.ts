import { globSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { parse, type SourceFacts } from "../../test/support/architecture/parse.ts";

/** What the shape of one room says about how easily it is changed. */
export interface RoomShape {
  readonly room: string;
  readonly files: number;
  readonly lines: number;
  /** Files of the room that other rooms import. */
  readonly entered: number;
  /** Lines of `test/<room>` per line of source. */
  readonly tested: number;
  readonly longestFile: number;
  readonly longestFunction: number;
}

export interface Shape {
  readonly rooms: readonly RoomShape[];
  /** Groups of files that import each other, types included. */
  readonly circles: number;
  readonly files: Spread;
  readonly functions: Spread;
}

/** Lines: the middle one, the ninth of ten, the longest. */
export interface Spread {
  readonly median: number;
  readonly p90: number;
  readonly most: number;
}

interface Source {
  readonly path: string;
  readonly room: string;
  readonly facts: SourceFacts;
  readonly imports: readonly string[];
}

/** Reads the checkout at `root`; any commit of the project will do. */
export function measureShape(root: string): Shape {
  const sources = globSync("src/**/*.ts", { cwd: root })
    .toSorted()
    .map((path) => sourceAt(root, path));
  const rooms = [...new Set(sources.map(({ room }) => room))].filter((room) => !room.endsWith(".ts"));
  return {
    rooms: rooms.map((room) => shapeOf(room, sources, root)),
    circles: circlesOf(new Map(sources.map(({ path, imports }) => [path, imports]))),
    files: spread(sources.map(({ facts }) => facts.lines)),
    functions: spread(sources.flatMap(({ facts }) => facts.functions.map(({ lines }) => lines))),
  };
}

function sourceAt(root: string, path: string): Source {
  const facts = parse(path, readFileSync(join(root, path), "utf8"));
  const own = facts.imports.filter(({ specifier }) => specifier.startsWith("."));
  const imports = own.map(({ specifier }) => posix.join(posix.dirname(path), specifier));
  return { path, room: roomOf(path), facts, imports };
}

function shapeOf(room: string, sources: readonly Source[], root: string): RoomShape {
  const own = sources.filter((source) => source.room === room);
  const others = sources.filter((source) => source.room !== room);
  const lines = sum(own.map(({ facts }) => facts.lines));
  return {
    room,
    files: own.length,
    lines,
    entered: new Set(others.flatMap(({ imports }) => imports.filter((path) => roomOf(path) === room))).size,
    tested: testLines(root, room) / lines,
    longestFile: Math.max(...own.map(({ facts }) => facts.lines)),
    longestFunction: Math.max(0, ...own.flatMap(({ facts }) => facts.functions.map((one) => one.lines))),
  };
}

function testLines(root: string, room: string): number {
  const tests = globSync(`test/${room}/**/*.ts`, { cwd: root });
  return sum(tests.map((path) => readFileSync(join(root, path), "utf8").split("\n").length - 1));
}

/** Strongly connected groups of more than one file (Tarjan, Depth-first search and linear graph algorithms, 1972). */
function circlesOf(next: ReadonlyMap<string, readonly string[]>): number {
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const open: string[] = [];
  let circles = 0;
  const lower = (path: string, to: number) => low.set(path, Math.min(low.get(path) ?? to, to));
  const visit = (path: string) => {
    order.set(path, order.size);
    lower(path, order.get(path) ?? 0);
    open.push(path);
    for (const target of next.get(path) ?? []) {
      if (!order.has(target)) {
        visit(target);
        lower(path, low.get(target) ?? 0);
      } else if (open.includes(target)) lower(path, order.get(target) ?? 0);
    }
    if (low.get(path) !== order.get(path)) return;
    if (open.splice(open.indexOf(path)).length > 1) circles += 1;
  };
  for (const path of next.keys()) if (!order.has(path)) visit(path);
  return circles;
}

function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { median: at(0.5), p90: at(0.9), most: at(1) };
}

function sum(values: readonly number[]): number {
  return values.reduce((all, one) => all + one, 0);
}

function roomOf(path: string): string {
  return path.split("/")[1] ?? path;
}
