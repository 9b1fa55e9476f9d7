import { posix } from "node:path";
import type { SourceFacts } from "./parse.ts";
import { DOORS, LIMITS, type RoomDoors } from "./rules.ts";

interface Source {
  readonly path: string;
  readonly facts: SourceFacts;
}

/** One import of a file of a room by a file of another one. */
interface Entry {
  readonly from: string;
  readonly line: number;
  readonly target: string;
  readonly names: readonly string[];
}

/** Rooms of the table that are entered elsewhere than by their faces, by too many, or by one that only hands on. */
export function doorViolations(sources: readonly Source[], table = DOORS): string[] {
  const facts = new Map(sources.map((source) => [source.path, source.facts]));
  const entries = entriesOf(sources);
  return table
    .filter(({ faces }) => faces.some((face) => facts.has(face)))
    .flatMap((doors) => [
      ...entries.filter(({ target }) => isIn(doors, target) && !doors.faces.includes(target)).map(pastTheDoor),
      ...tooMany(doors),
      ...doors.faces.flatMap((face) => faceViolations(face, facts.get(face), entries)),
    ]);
}

/** How many files of each room others enter, the most entered first. */
export function enteredFiles(sources: readonly Source[]): readonly (readonly [room: string, files: number])[] {
  const byRoom = Map.groupBy(entriesOf(sources), ({ target }) => roomOf(target));
  const counts = [...byRoom].map(([room, all]) => [room, new Set(all.map(({ target }) => target)).size] as const);
  return counts.toSorted((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]));
}

function entriesOf(sources: readonly Source[]): Entry[] {
  const entries = sources.flatMap(({ path, facts }) =>
    facts.imports
      .filter(({ specifier }) => specifier.startsWith("."))
      .map(({ specifier, line, names }): Entry => {
        return { from: path, line, target: posix.join(posix.dirname(path), specifier), names };
      }),
  );
  return entries.filter(({ from, target }) => roomOf(from) !== roomOf(target));
}

function pastTheDoor({ from, line, target }: Entry): string {
  return `${from}:${line}  enters ${roomOf(target)} by ${target}, which is no face of it (see DOORS)`;
}

function tooMany({ room, faces }: RoomDoors): string[] {
  if (faces.length <= LIMITS.faces) return [];
  return [`src/${room}:1  ${faces.length} files to enter by (at most ${LIMITS.faces}): say more with fewer`];
}

function faceViolations(face: string, facts: SourceFacts | undefined, entries: readonly Entry[]): string[] {
  if (facts === undefined) return [];
  const names = new Set(entries.filter(({ target }) => target === face).flatMap((entry) => entry.names));
  const { own, handedOn } = facts.exports;
  return [
    ...(names.size > LIMITS.faceNames
      ? [`${face}:1  ${names.size} names are used from outside (at most ${LIMITS.faceNames}): two ideas, two faces`]
      : []),
    ...(handedOn.length > 0 && own.length === 0 ? [`${face}:1  only hands on the names of other files`] : []),
  ];
}

function isIn({ room }: RoomDoors, path: string): boolean {
  return roomOf(path) === room;
}

function roomOf(path: string): string {
  return path.split("/")[1] ?? path;
}
