import type { FieldBaseline } from "../domain/baseline.ts";

/**
 * How the reference treats a new value. `follow`: still learning, the new value is normal. `keep`: mature, the
 * reference stays. `relearn`: measured in another way than before, taken over unless the field deviates already.
 */
export type Absorb = "follow" | "keep" | "relearn";

/** One comparable sighting of one field. The first value ever is learned silently: nothing was known to differ from. */
function learnField(known: FieldBaseline | undefined, value: string, absorb: Absorb): FieldBaseline {
  if (known === undefined) return { value, current: value, streak: 1, observed: 1, changes: 0 };
  const same = known.current === value;
  return {
    value: absorbs(absorb, known.value !== known.current) ? value : known.value,
    current: value,
    streak: same ? known.streak + 1 : 1,
    observed: known.observed + 1,
    changes: known.changes + (same ? 0 : 1),
  };
}

/** `deviating`: the reference and the settled value already differ. */
export function absorbs(absorb: Absorb, deviating: boolean): boolean {
  return absorb === "follow" || (absorb === "relearn" && !deviating);
}

/** All comparable fields of one thing; fields that were not observed stay as they were. */
export function learnFields<K>(
  known: ReadonlyMap<K, FieldBaseline>,
  observed: ReadonlyMap<K, string>,
  absorb: (field: K) => Absorb,
): ReadonlyMap<K, FieldBaseline> {
  const fields = new Map(known);
  for (const [field, value] of observed) fields.set(field, learnField(known.get(field), value, absorb(field)));
  return fields;
}
