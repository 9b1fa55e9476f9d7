import type { FieldBaseline } from "../domain/baseline.ts";
import type { HostField } from "../domain/fields/host.ts";
import type { PortField } from "../domain/fields/port.ts";
import { joinValue, sameValue } from "../domain/fields/compare.ts";

/**
 * How the reference treats a new value. `follow`: still learning, the new value is normal. `keep`: mature, the
 * reference stays. `relearn`: measured in another way than before, adopted unless the field deviates already.
 * `renew`: the same thing in a new form, adopted without counting as a change, or the next real change would look
 * ordinary.
 */
export type Absorb = "follow" | "keep" | "relearn" | "renew";

interface Sighting {
  readonly field: PortField | HostField;
  readonly value: string;
  readonly absorb: Absorb;
}

/** One comparable sighting of one field. The first value ever is learned silently: nothing was known to differ from. */
function learnField(known: FieldBaseline | undefined, { field, value, absorb }: Sighting): FieldBaseline {
  if (known === undefined) return { value, current: value, streak: 1, observed: 1, changes: 0 };
  const deviating = !sameValue(field, known.value, known.current);
  const same = sameValue(field, known.current, value);
  const current = same && !deviating ? joinValue(field, known.current, value) : same ? known.current : value;
  const normal = sameValue(field, known.value, value) ? joinValue(field, known.value, value) : known.value;
  return {
    value: absorbs(absorb, deviating) ? current : normal,
    current,
    streak: same ? known.streak + 1 : 1,
    observed: known.observed + 1,
    changes: known.changes + (same || absorb === "renew" ? 0 : 1),
  };
}

/** `deviating`: the reference and the settled value already differ. */
export function absorbs(absorb: Absorb, deviating: boolean): boolean {
  return absorb === "follow" || absorb === "renew" || (absorb === "relearn" && !deviating);
}

/** All comparable fields of one thing; fields that were not observed stay as they were. */
export function learnFields<K extends PortField | HostField>(
  known: ReadonlyMap<K, FieldBaseline>,
  observed: ReadonlyMap<K, string>,
  absorb: (field: K) => Absorb,
): ReadonlyMap<K, FieldBaseline> {
  const fields = new Map(known);
  for (const [field, value] of observed) {
    fields.set(field, learnField(known.get(field), { field, value, absorb: absorb(field) }));
  }
  return fields;
}
