import type { FieldBaseline, NormalValue, Seen } from "../../domain/baseline.ts";
import { sameValue, severalValues } from "../../domain/fields/compare.ts";
import type { HostField } from "../../domain/fields/host.ts";
import { isDeviating, normalValues, saidNormal } from "../../domain/fields/normal.ts";
import type { PortField } from "../../domain/fields/port.ts";
import type { KnownFields } from "../../domain/known-good.ts";

type Field = PortField | HostField;

/** How what a file says meets what is known here. */
export interface ImportRule {
  readonly at: Seen;
  /** True: the file replaces what is normal here; false: it only adds to it. */
  readonly replace: boolean;
}

/** All fields that a file names become normal as {@link importField} says; the others stay. */
export function importFields<F extends Field>(
  known: ReadonlyMap<F, FieldBaseline>,
  said: KnownFields<F>,
  rule: ImportRule & { readonly looks: number },
): ReadonlyMap<F, FieldBaseline> {
  const fields = new Map(known);
  for (const [name, values] of said) {
    const [first, ...more] = values;
    if (first !== undefined)
      fields.set(name, importField(name, known.get(name), { ...rule, values: [first, ...more] }));
  }
  return fields;
}

interface Said extends ImportRule {
  readonly looks: number;
  readonly values: readonly [string, ...string[]];
}

/**
 * Nothing known: the file's values. Where several values can be normal they are joined, without those that an upgrade
 * ended. Where an accepted value ends the one before, it stays as it is here, unless the file explains what is there now.
 */
function importField(field: Field, known: FieldBaseline | undefined, said: Said): FieldBaseline {
  const { values, at, replace, looks } = said;
  const fresh = values.map((value): NormalValue => ({ value, seen: 0, last: at.at })) as [
    NormalValue,
    ...NormalValue[],
  ];
  if (known === undefined) {
    const normal = saidNormal(field, fresh, { now: null, at: at.at });
    return { ...normal, current: normal.value, streak: looks, observed: looks, changes: 0 };
  }
  const explained = isDeviating(field, known) && values.some((value) => sameValue(field, value, known.current));
  if (replace || (explained && severalValues(field).retires)) return settled(field, known, { values: fresh, at });
  if (severalValues(field).retires) return known;
  const { outgrows } = severalValues(field);
  const own = known.values ?? [{ value: known.value, seen: 0, last: at.at }];
  const added = fresh.filter(({ value }) => {
    if (normalValues(known).some((one) => sameValue(field, one, value))) return false;
    return sameValue(field, value, known.current) || !own.some((one) => outgrows?.(value, one.value) === true);
  });
  if (added.length === 0) return known;
  const [first = fresh[0], ...more] = [...own, ...added];
  return settled(field, known, { values: [first, ...more], at });
}

/** What is there now is one of the normal values, or deviates from now on. */
function settled(
  field: Field,
  known: FieldBaseline,
  { values, at }: { readonly values: readonly [NormalValue, ...NormalValue[]]; readonly at: Seen },
): FieldBaseline {
  const { value: _, values: __, former: ___, since, ...counts } = known;
  const normal = saidNormal(field, values, { now: known.current, at: at.at });
  const made: FieldBaseline = { ...counts, ...normal };
  return isDeviating(field, made) ? { ...made, since: since ?? at } : made;
}
