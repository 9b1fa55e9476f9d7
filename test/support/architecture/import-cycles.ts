import { posix } from "node:path";
import type { SourceFacts } from "./parse.ts";

interface Source {
  readonly path: string;
  readonly facts: SourceFacts;
}

/**
 * Circles of imports, those of types too. Each is given once, its first file repeated at the end. A file in a circle
 * cannot be read, understood or loaded before the others.
 */
export function importCycles(sources: readonly Source[]): string[][] {
  const next = new Map(sources.map(({ path, facts }) => [path, ownTargets(path, facts)]));
  const done = new Set<string>();
  const found: string[][] = [];
  const walk = (path: string, trail: readonly string[]) => {
    const seen = trail.indexOf(path);
    if (seen !== -1) return void found.push([...trail.slice(seen), path]);
    if (done.has(path)) return;
    for (const target of next.get(path) ?? []) walk(target, [...trail, path]);
    done.add(path);
  };
  for (const { path } of sources) walk(path, []);
  return found;
}

function ownTargets(path: string, { imports }: SourceFacts): string[] {
  return imports
    .filter(({ specifier }) => specifier.startsWith("."))
    .map(({ specifier }) => posix.join(posix.dirname(path), specifier));
}
