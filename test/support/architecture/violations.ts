/** Applies the tables of rules.ts to a set of files. Pure, so that a test can show it made-up files. */
import { posix } from "node:path";
import { doorViolations } from "./doors.ts";
import { importCycles } from "./import-cycles.ts";
import { parse, type SourceFacts } from "./parse.ts";
import {
  CONSTRUCTOR_DOORS,
  type Door,
  EXPRESSION_DOORS,
  IMPURE_LIB,
  LEVELS,
  LIMITS,
  PACKAGE_DOORS,
  PURE_BUILTINS,
  PURE_FOLDERS,
} from "./rules.ts";

export interface ProjectFile {
  /** From the repository's root, with "/": `src/scan/xml/split.ts`. */
  readonly path: string;
  readonly text: string;
}

/** One line for each broken rule: `path:line  what, and why it is a rule`. Empty when the law is kept. */
export function violations(files: readonly ProjectFile[]): string[] {
  const paths = new Set(files.map((file) => file.path));
  const sources = files
    .filter(({ path }) => path.startsWith("src/") && path.endsWith(".ts"))
    .map(({ path, text }) => ({ path, facts: parse(path, text) }));
  return [
    ...sources.flatMap(({ path, facts }) => [
      ...importViolations(path, facts, paths),
      ...expressionViolations(path, facts),
      ...shapeViolations(path, facts),
    ]),
    ...importCycles(sources).map((cycle) => `${cycle[0]}:1  import cycle: ${cycle.join(" → ")}`),
    ...doorViolations(sources),
    ...folderViolations(files),
    ...testViolations(files),
  ];
}

function importViolations(path: string, { imports }: SourceFacts, paths: ReadonlySet<string>): string[] {
  return imports.flatMap(({ specifier, line, names }) => {
    const found = specifier.startsWith(".")
      ? [...ownImport(path, posix.join(posix.dirname(path), specifier), paths), ...constructors(path, names)]
      : packageImport(path, specifier);
    return found.map((text) => `${path}:${line}  ${text}`);
  });
}

function ownImport(path: string, target: string, paths: ReadonlySet<string>): string[] {
  if (!paths.has(target)) return [`imports ${target}, which does not exist (imports carry the .ts extension)`];
  if (isPure(path) && IMPURE_LIB.includes(target)) return [`pure code reaches the machine through ${target}`];
  const [from, to] = [roomOf(path), roomOf(target)];
  const [fromLevel, toLevel] = [LEVELS.get(from), LEVELS.get(to)];
  if (fromLevel === undefined) return [`${from} is no room of the architecture (see LEVELS)`];
  if (toLevel === undefined) return [`imports ${target}, which is outside of the rooms`];
  if (from === to || toLevel < fromLevel) return [];
  if (toLevel > fromLevel) return [`${from} (level ${fromLevel}) imports ${to} (level ${toLevel}): only downwards`];
  return [`${from} imports ${to}: rooms of one level meet through domain types and domain/ports`];
}

function constructors(path: string, names: readonly string[]): string[] {
  return names.flatMap((name) => {
    const door = CONSTRUCTOR_DOORS.find(({ of }) => of === name);
    return door === undefined || opens(door, path) ? [] : [`imports ${name}: ${door.why}`];
  });
}

function packageImport(path: string, specifier: string): string[] {
  const builtin = specifier.startsWith("node:");
  if (builtin && isPure(path) && !PURE_BUILTINS.includes(specifier))
    return [`pure code imports ${specifier}: data in, data out, so that replay is possible`];
  const door = PACKAGE_DOORS.find(({ of }) => (of.endsWith("/") ? specifier.startsWith(of) : specifier === of));
  if (door !== undefined) return opens(door, path) ? [] : [`imports ${specifier}: ${door.why}`];
  return builtin ? [] : [`imports ${specifier}, which has no door yet (see PACKAGE_DOORS)`];
}

function expressionViolations(path: string, { uses }: SourceFacts): string[] {
  return uses.flatMap(({ name, line }) => {
    const door = EXPRESSION_DOORS.find(({ of }) => of === name);
    return door === undefined || opens(door, path) ? [] : [`${path}:${line}  ${name}: ${door.why}`];
  });
}

function opens({ allowed }: Door, path: string): boolean {
  return allowed.some((place) => (place.endsWith("/") ? path.startsWith(place) : path === place));
}

function shapeViolations(path: string, { lines, functions, banned }: SourceFacts): string[] {
  const { sourceLines, functionLines, parameters } = LIMITS;
  return [
    ...(lines > sourceLines ? [`${path}:1  ${lines} lines (at most ${sourceLines}): one idea per file`] : []),
    ...banned.map(({ name, line }) => `${path}:${line}  ${name}: named, erasable syntax only`),
    ...functions
      .filter((each) => each.lines > functionLines)
      .map(({ name, line, lines: long }) => `${path}:${line}  ${name} has ${long} lines (at most ${functionLines})`),
    ...functions
      .filter((each) => each.parameters > parameters)
      .map(({ name, line, parameters: many }) => `${path}:${line}  ${name} has ${many} parameters: pass one object`),
  ];
}

function folderViolations(files: readonly ProjectFile[]): string[] {
  const sources = files.filter(({ path }) => path.startsWith("src/") && path.endsWith(".ts"));
  const rooms = new Set(sources.map(({ path }) => roomOf(path)).filter((room) => !room.endsWith(".ts")));
  const inLib = sources.filter(({ path }) => path.startsWith("src/lib/")).length;
  return [
    ...(inLib > LIMITS.libFiles
      ? [`src/lib:1  ${inLib} files (at most ${LIMITS.libFiles}): it must not become a heap`]
      : []),
    ...[...rooms].flatMap((room) => readmeViolations(room, files)),
  ];
}

function readmeViolations(room: string, files: readonly ProjectFile[]): string[] {
  const path = `src/${room}/README.md`;
  const readme = files.find((file) => file.path === path);
  if (readme === undefined) return [`${path}:1  is missing: what the room is for, what comes in, what goes out`];
  const lines = readme.text.trimEnd().split("\n").length;
  if (lines <= LIMITS.readmeLines) return [];
  return [`${path}:1  ${lines} lines (at most ${LIMITS.readmeLines}): if it needs more, split the room`];
}

function testViolations(files: readonly ProjectFile[]): string[] {
  return files
    .filter(({ path }) => /^(test|bench)\/.*\.ts$/.test(path))
    .map(({ path, text }) => ({ path, lines: text.trimEnd().split("\n").length }))
    .filter(({ lines }) => lines > LIMITS.testLines)
    .map(({ path, lines }) => `${path}:1  ${lines} lines (at most ${LIMITS.testLines})`);
}

function isPure(path: string): boolean {
  return PURE_FOLDERS.some((folder) => path.startsWith(folder));
}

/** `src/scan/xml/split.ts` → `scan`; `src/main.ts` → `main.ts`. */
function roomOf(path: string): string {
  return path.split("/")[1] ?? path;
}
