/** A text as it was and as it is. */
export type Reworded = readonly [before: string, after: string];

/** Texts, each with the names of the files that have it (without their folders: files move). */
export type Texts = ReadonlyMap<string, ReadonlySet<string>>;

/** Below this share of common words two texts are not the same one reworded: in one file, and in two. */
const ALIKE = { near: 0.34, far: 0.6 };

/**
 * Texts that are gone, each with the new one that has most words in common with it. A text that was only moved is in
 * both trees, and one that has no likeness left was removed or is new: neither is a rewording.
 */
export function pairs(before: Texts, after: Texts): readonly Reworded[] {
  const gone = [...before].filter(([text]) => !after.has(text));
  const fresh = [...after].filter(([text]) => !before.has(text));
  const candidates = gone
    .flatMap(([old, of]) => fresh.map(([now, at]) => ({ old, now, ...likeness(old, now, !of.isDisjointFrom(at)) })))
    .filter(({ enough }) => enough)
    .sort((a, b) => b.share - a.share || order(a.old, b.old) || order(a.now, b.now));
  const taken = new Set<string>();
  const found: Reworded[] = [];
  for (const { old, now } of candidates) {
    if (taken.has(old) || taken.has(now)) continue;
    taken.add(old).add(now);
    found.push([old, now]);
  }
  return found.sort(([a], [b]) => order(a, b));
}

function likeness(old: string, now: string, near: boolean): { readonly share: number; readonly enough: boolean } {
  const share = commonShare(wordsOf(old), wordsOf(now));
  return { share: share + (near ? 0.2 : 0), enough: share >= (near ? ALIKE.near : ALIKE.far) };
}

function wordsOf(text: string): ReadonlySet<string> {
  return new Set(text.toLowerCase().match(/[a-z0-9…]+/g));
}

/** Of both texts together, from 0 to 1 (the coefficient of Sørensen and Dice). */
function commonShare(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const common = [...a].filter((word) => b.has(word)).length;
  return (2 * common) / (a.size + b.size || 1);
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
