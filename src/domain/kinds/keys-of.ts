/** The keys of a closed table, in the order in which it is written. */
export function keysOf<K extends string>(table: Readonly<Record<K, unknown>>): readonly K[] {
  return Object.keys(table) as K[]; // A table of ours has no key that its type does not name.
}
