// Words that come before the release they announce; every other word comes after it ("9.6" < "9.6p1").
const BEFORE_RELEASE: readonly string[] = ["dev", "snapshot", "alpha", "a", "beta", "b", "pre", "rc"];

/**
 * Order of two version texts of one product: negative when `a` is older, positive when newer, 0 when equal, null when
 * they cannot be ordered (two distributions' suffixes, two build names). Digits compare as numbers of any length,
 * single letters alphabetically (OpenSSL's 1.1.1k < 1.1.1w).
 */
export function compareVersions(a: string, b: string): number | null {
  const [left, right] = [tokens(a), tokens(b)];
  const length = Math.max(left.length, right.length);
  for (let i = 0; i < length; i++) {
    const order = compareTokens(left[i], right[i]);
    if (order !== 0) return order;
  }
  return 0;
}

function tokens(version: string): readonly string[] {
  return version.toLowerCase().match(/\d+|\p{L}+/gu) ?? [];
}

function compareTokens(a: string | undefined, b: string | undefined): number | null {
  if (a === b) return 0;
  if (a === undefined || b === undefined) return a === undefined ? -weightOfTail(b) : weightOfTail(a);
  const numbers = [a, b].filter((t) => /^\d/.test(t)).length;
  if (numbers === 2) return compareNumbers(a, b);
  if (numbers === 1) return /^\d/.test(a) ? 1 : -1;
  return compareWords(a, b);
}

/** What an extra token at the end says about the longer version. */
function weightOfTail(token: string | undefined): number {
  return BEFORE_RELEASE.includes(token ?? "") ? -1 : 1;
}

function compareNumbers(a: string, b: string): number {
  const [x, y] = [BigInt(a), BigInt(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}

function compareWords(a: string, b: string): number | null {
  const [x, y] = [BEFORE_RELEASE.indexOf(a), BEFORE_RELEASE.indexOf(b)];
  if (a.length === 1 && b.length === 1) return a < b ? -1 : 1;
  if (x >= 0 && y >= 0) return x - y;
  if (x >= 0 || y >= 0) return x >= 0 ? -1 : 1;
  return null;
}
