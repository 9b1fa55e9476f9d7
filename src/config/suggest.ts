/**
 * The nearest of `candidates` within two edits (three for long words, fewer than half of a short one), or the only one of
 * whose parts it is (`hostkey` of `hostkey-changed`), or null: a wrong hint is worse than none. Case makes no difference.
 */
export function didYouMean(word: string, candidates: readonly string[]): string | null {
  const limit = word.length > 7 ? 3 : word.length > 4 ? 2 : 1;
  const written = word.toLowerCase();
  const scored = candidates
    .map((c) => [editDistance(written, c.toLowerCase()), c] as const)
    .sort((a, b) => a[0] - b[0]);
  const [best] = scored;
  if (best !== undefined && best[0] <= limit) return best[1];
  const [only, ...others] = candidates.filter((c) => c.toLowerCase().split(/[-_.]/).includes(written));
  return only !== undefined && others.length === 0 && word.length > 3 ? only : null;
}

/** Damerau–Levenshtein (adjacent transpositions count one), since swapped letters are the commonest slip. */
function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) row.push(cell({ a, b, i, j, rows, row }));
    rows.push(row);
  }
  return rows[a.length]?.[b.length] ?? 0;
}

interface Cell {
  readonly a: string;
  readonly b: string;
  readonly i: number;
  readonly j: number;
  readonly rows: readonly number[][];
  readonly row: readonly number[];
}

function cell({ a, b, i, j, rows, row }: Cell): number {
  const at = (r: readonly number[] | undefined, k: number) => r?.[k] ?? Number.POSITIVE_INFINITY;
  const cost = a[i - 1] === b[j - 1] ? 0 : 1;
  const plain = Math.min(at(rows[i - 1], j) + 1, at(row, j - 1) + 1, at(rows[i - 1], j - 1) + cost);
  const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
  return swapped ? Math.min(plain, at(rows[i - 2], j - 2) + 1) : plain;
}
