import type { Declaration } from "../../domain/declaration.ts";

/** Identical meaning from several places is one record with several sources; expired rows no longer declare. */
export function mergeDeclarations(all: readonly Declaration[], now: number): readonly Declaration[] {
  const byMeaning = new Map<string, Declaration>();
  for (const declaration of all) {
    if (declaration.expires !== null && declaration.expires <= now) continue;
    const known = byMeaning.get(declaration.id);
    byMeaning.set(
      declaration.id,
      known === undefined ? declaration : { ...known, sources: [...known.sources, ...declaration.sources] },
    );
  }
  return [...byMeaning.values()].toSorted((a, b) => a.id.localeCompare(b.id));
}
