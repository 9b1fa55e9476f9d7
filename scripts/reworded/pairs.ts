/** A text as it was and as it is. */
export type Reworded = readonly [before: string, after: string];

/** Texts, each with the names of the files that have it (without their folders: files move). */
export type Texts = ReadonlyMap<string, ReadonlySet<string>>;

/** Below this share of common words two texts are not the same one reworded: in one file, and in two. */
const ALIKE = { near: 0.48, far: 0.6 };
/** So many of the common words must carry meaning: in one file, and in two. */
const MEANINGFUL = { near: 1, far: 2 };
/** Read by people: these were dropped, and the text that is nearest says something else. */
const DROPPED = new Set([
  "--kind is one of …",
  ", … changes learned",
  "last scan …, vantage …",
  "TLS key replaced",
  "the file ends before </nmaprun>",
  "the file ends before the start tag of nmaprun",
  "the file ends inside the start tag of nmaprun",
  "the header cannot be read: …",
  "… for …, … in … covered scan…",
  "… · … · … open ports · … · …",
  "── why: tripline explain …",
  'there is no code "…"; codes look like TL102',
]);
/** Words of grammar: two sentences that share nothing else have nothing in common. */
const GRAMMAR = new Set(
  "… a an and are as at be been by can for from had has have here if in is it its no nor not of on one or so than that the them then there these they this those to too was were what when where which who will with".split(
    " ",
  ),
);

/**
 * Texts that are gone, each with the new one that has most words in common with it. A text that was only moved is in
 * both trees, and one that has no likeness left was removed or is new: neither is a rewording.
 */
export function pairs(before: Texts, after: Texts): readonly Reworded[] {
  const gone = [...before].filter(([text]) => !after.has(text) && !DROPPED.has(text));
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
  const common = wordsOf(old).intersection(wordsOf(now));
  const share = (2 * common.size) / (wordsOf(old).size + wordsOf(now).size || 1);
  const place = near ? "near" : "far";
  const meaningful = common.difference(GRAMMAR).size;
  return {
    share: share + (near ? 0.2 : 0),
    enough: share >= ALIKE[place] && meaningful >= MEANINGFUL[place] && !found(old, now),
  };
}

/**
 * Not reworded: who searches for the old text still finds the new one (something was only added, or another value is filled
 * in), or the new one is a few words that happen to be part of the old one.
 */
function found(old: string, now: string): boolean {
  const bare = (text: string) => text.replaceAll("…", "").toLowerCase().trim().replace(/\.$/, "");
  return bare(now).includes(bare(old)) || (bare(old).includes(bare(now)) && wordsOf(now).size < 5);
}

function wordsOf(text: string): ReadonlySet<string> {
  return new Set(text.toLowerCase().match(/[a-z0-9…]+/g));
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Each text once, in the order of the texts: several commits may have the same one. */
export function byText(rows: readonly Reworded[]): readonly Reworded[] {
  const first = new Map(rows.toReversed().map((row) => [row[0], row]));
  return [...first.values()].sort(([a], [b]) => order(a, b));
}
