/**
 * Remembers values by key, so that equal ones are one object: 10,000 hosts repeat the same few hundred words, closed
 * ports and stacks. Two generations of at most `most` entries: what is met again moves to the young one, so hosts full
 * of rare things cannot push out the common ones. Values must never be changed.
 */
export function sharing<T>(most: number): (key: string, make: () => T) => T {
  let young = new Map<string, T>();
  let old = new Map<string, T>();
  return (key, make) => {
    const known = young.get(key);
    if (known !== undefined) return known;
    const value = old.get(key) ?? make();
    if (young.size >= most) {
      old = young;
      young = new Map();
    }
    young.set(copyText(key), value);
    return value;
  };
}

/**
 * The same text in memory of its own. V8 makes longer substrings point into their parent, so one kept product name
 * would keep the whole host element in memory.
 */
export function copyText(text: string): string {
  return Buffer.from(text, "utf8").toString("utf8");
}
