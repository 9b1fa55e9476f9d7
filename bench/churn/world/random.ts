/** Chance that is the same in every run: a stream for each key, so that one more draw here shifts nothing there. */
export interface Random {
  /** In [0, 1). */
  readonly next: () => number;
  /** A whole number in [0, n). */
  readonly below: (n: number) => number;
  readonly between: (least: number, most: number) => number;
  readonly chance: (p: number) => boolean;
  readonly pick: <T>(list: readonly T[]) => T;
  /** `n` different ones, or all where there are fewer. */
  readonly sample: <T>(list: readonly T[], n: number) => T[];
  /** A waiting time with this mean. */
  readonly wait: (mean: number) => number;
}

export function random(...key: readonly (string | number)[]): Random {
  const next = generator(hash(key.join("\u0000")));
  const below = (n: number) => Math.floor(next() * n);
  return {
    next,
    below,
    between: (least, most) => least + next() * (most - least),
    chance: (p) => next() < p,
    pick: (list) => pickOf(list, below),
    sample: (list, n) => sampleOf(list, n, below),
    wait: (mean) => -Math.log(1 - next()) * mean,
  };
}

function pickOf<T>(list: readonly T[], below: (n: number) => number): T {
  const found = list[below(list.length)];
  if (found === undefined) throw new Error("nothing to pick from");
  return found;
}

/** The first `n` of a Fisher-Yates shuffle. */
function sampleOf<T>(list: readonly T[], n: number, below: (n: number) => number): T[] {
  const rest = [...list];
  const chosen: T[] = [];
  while (chosen.length < n && rest.length > 0) chosen.push(...rest.splice(below(rest.length), 1));
  return chosen;
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}

/** A Weyl sequence through the finaliser of MurmurHash3: 2^32 long, enough for a stream of some thousand draws. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 0x1_0000_0000;
  };
}
