import type { FieldBaseline, NormalValue } from "../baseline.ts";
import { joinValue, sameValue, severalValues } from "./compare.ts";
import type { HostField } from "./host.ts";
import type { PortField } from "./port.ts";

type Field = PortField | HostField;

/** More values than this have nothing in common but that they change. */
const MOST_VALUES = 8;
/** Of all values of one field together: eight long banners on a hundred thousand ports would fill the store. */
const MOST_TEXT = 4096;

/** What is normal for a field: the value seen last, and all others that it alternates with. */
export function normalValues(known: FieldBaseline): readonly string[] {
  return known.values === undefined ? [known.value] : known.values.map(({ value }) => value);
}

/** Of the normal values the one that this is, with what both together know; null for news. */
export function normalValue(field: Field, known: FieldBaseline, value: string): string | null {
  if (sameValue(field, known.value, value)) return joinValue(field, known.value, value);
  const same = normalValues(known).find((normal) => sameValue(field, normal, value));
  return same === undefined ? null : joinValue(field, same, value);
}

export function isNormal(field: Field, known: FieldBaseline, value: string): boolean {
  return normalValue(field, known, value) !== null;
}

/** True while the settled value is none of the normal ones. */
export function isDeviating(field: Field, known: FieldBaseline): boolean {
  return known.current !== known.value && !isNormal(field, known, known.current);
}

type Normal = Pick<FieldBaseline, "value" | "values">;

/** One more normal value, the one seen now. `at`: when the previous one was seen last, UTC ms. */
export function withNormal(field: Field, known: FieldBaseline, { value, at }: { value: string; at: number }): Normal {
  const { several, outgrows } = severalValues(field);
  if (!several) return { value };
  const kept = left(known, at).filter(
    (normal) => !sameValue(field, normal.value, value) && !(outgrows?.(normal.value, value) ?? false),
  );
  return bounded(kept, { value, seen: 0, last: at });
}

/**
 * All of these are normal, by the word of somebody and not because they were seen. `now`: the one of them that is there,
 * if any; `at`: UTC ms, from when those that are not seen are forgotten in time.
 */
export function saidNormal(
  field: Field,
  values: readonly [NormalValue, ...NormalValue[]],
  { now, at }: { readonly now: string | null; readonly at: number },
): Normal {
  if (!severalValues(field).several) return { value: values[0].value };
  const its = values.find((normal) => now !== null && sameValue(field, normal.value, now)) ?? values[0];
  return bounded(
    values.filter((normal) => normal !== its),
    { ...its, last: at },
  );
}

/** One of the normal values is seen again. The others stay, but none for longer than it takes to forget it. */
export function seenNormal(
  field: Field,
  known: FieldBaseline,
  { value, at, forgetMs }: { readonly value: string; readonly at: number; readonly forgetMs: number },
): Normal {
  if (known.values === undefined) return { value };
  const switched = !sameValue(field, known.value, value);
  const all = switched ? left(known, at) : known.values;
  const its = all.find((normal) => sameValue(field, normal.value, value));
  const others = all.filter((normal) => normal !== its && at - normal.last < forgetMs);
  return bounded(others, { value, seen: its?.seen ?? 0, last: switched ? at : (its?.last ?? at) });
}

/** The values as they are when the one seen last gives way to another. */
function left(known: FieldBaseline, at: number): readonly NormalValue[] {
  const all = known.values ?? [{ value: known.value, seen: 0, last: at }];
  // A deviation in between ended the run of the normal value.
  const run = known.current === known.value ? known.streak : 0;
  return all.map((normal) =>
    normal.value === known.value ? { ...normal, seen: normal.seen + run, last: at } : normal,
  );
}

/** The rarest are forgotten first, of equally rare ones those that were not seen for longer. */
function bounded(others: readonly NormalValue[], now: NormalValue): Normal {
  const frequent = others.toSorted((a, b) => b.seen - a.seen || b.last - a.last);
  let room = MOST_TEXT - now.value.length;
  const kept = frequent.slice(0, MOST_VALUES - 1).filter(({ value }) => {
    room -= value.length;
    return room >= 0;
  });
  return kept.length === 0 ? { value: now.value } : { value: now.value, values: [now, ...kept] };
}
