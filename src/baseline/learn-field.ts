import type { FieldBaseline, NormalValue, Seen } from "../domain/baseline.ts";
import type { HostField } from "../domain/fields/host.ts";
import type { PortField } from "../domain/fields/port.ts";
import { sameValue } from "../domain/fields/compare.ts";
import { isOld } from "./age.ts";
import { isDeviating, normalValue, seenNormal, withNormal } from "../domain/fields/normal.ts";

/**
 * How a new value changes the reference. `follow`: still learning, so the new value is normal too. `keep`: mature, the
 * reference stays. `relearn`: measured in a different way, adopted unless the field already deviates.
 * `renew`: the same thing in a new form, adopted without counting as a change, or the next real change would look
 * ordinary. `show`: nothing is normal there yet, and what is seen stands for it. `hold`: outside the safe periods, the
 * reference stays, and neither a first value nor one that lasted becomes normal. `note`: nobody accepted it, so what it showed
 * first stands for what is normal, and every other value is news once: a value that gives way again has already been reported.
 */
export type Absorb = "follow" | "keep" | "relearn" | "renew" | "show" | "hold" | "note";

/** When a value was seen, and for how long one that does not return stays normal. */
export interface Moment {
  readonly seen: Seen;
  readonly forgetMs: number;
}

type Field = PortField | HostField;

interface Sighting extends Moment {
  readonly field: Field;
  readonly value: string;
  readonly absorb: Absorb;
  /** Looks of this scan that agree on it. */
  readonly looks: number;
}

/** One comparable sighting of one field. The first value ever is learned silently: nothing was known to differ from. */
function learnField(before: FieldBaseline | undefined, sighting: Sighting): FieldBaseline {
  const { field, value, absorb, looks } = sighting;
  if (before === undefined) return { value, current: value, streak: looks, observed: looks, changes: 0 };
  const known = absorb === "note" ? withTold(before, sighting) : before;
  const normal = normalValue(field, known, value);
  return normal === null ? learnNews(known, sighting) : learnKnown(known, normal, sighting);
}

function learnKnown(known: FieldBaseline, value: string, { field, seen, forgetMs, looks }: Sighting): FieldBaseline {
  return {
    ...seenNormal(field, known, { value, at: seen.at, forgetMs }),
    ...formerOf(known),
    current: value,
    streak: (sameValue(field, known.current, value) ? known.streak : 0) + looks,
    observed: known.observed + looks,
    changes: known.changes,
  };
}

function learnNews(known: FieldBaseline, { field, value, absorb, seen, forgetMs, looks }: Sighting): FieldBaseline {
  const deviating = isDeviating(field, known);
  const again = deviating && sameValue(field, known.current, value);
  const current = again ? known.current : value;
  const counts = {
    current,
    streak: (again ? known.streak : 0) + looks,
    observed: known.observed + looks,
    changes: known.changes + (again || absorb === "renew" ? 0 : 1),
  };
  const lasted = absorb !== "hold" && again && isOld(known.since, seen, forgetMs);
  if (!lasted && !absorbs(absorb, deviating)) {
    return { ...normalOf(known), ...formerOf(known), ...counts, since: again ? (known.since ?? seen) : seen };
  }
  // A certificate that is one of several does not end the others.
  const replaces = absorb === "show" || (!lasted && absorb !== "follow" && known.values === undefined);
  return { ...(replaces ? { value: current } : withNormal(field, known, { value: current, at: seen.at })), ...counts };
}

/** The reported value gives way to another one: it is one of the values that this field alternates between. */
function withTold(known: FieldBaseline, { field, value, seen }: Sighting): FieldBaseline {
  if (!isDeviating(field, known) || sameValue(field, known.current, value)) return known;
  const both = withNormal(field, known, { value: known.current, at: seen.at });
  const kept = both.values?.some((normal) => sameValue(field, normal.value, known.value)) === true;
  return kept ? { ...known, ...both, value: known.value, values: firstOf(known.value, both.values ?? []) } : known;
}

/** The value seen last is the first of the list. */
function firstOf(value: string, values: readonly NormalValue[]): readonly NormalValue[] {
  return values.toSorted((a, b) => Number(b.value === value) - Number(a.value === value));
}

function formerOf({ former }: FieldBaseline): Pick<FieldBaseline, "former"> {
  return former === undefined ? {} : { former };
}

function normalOf({ value, values }: FieldBaseline): Pick<FieldBaseline, "value" | "values"> {
  return values === undefined ? { value } : { value, values };
}

const STAYS: ReadonlySet<Absorb> = new Set<Absorb>(["keep", "hold", "note"]);

/** `deviating`: the reference and the settled value already differ. */
export function absorbs(absorb: Absorb, deviating: boolean): boolean {
  return absorb === "relearn" ? !deviating : !STAYS.has(absorb);
}

/** All comparable fields of one thing; fields that were not observed stay as they were. */
export function learnFields<K extends Field>(
  known: ReadonlyMap<K, FieldBaseline>,
  observed: ReadonlyMap<K, string>,
  how: { readonly moment: Moment; readonly absorb: (field: K) => Absorb; readonly looks?: (field: K) => number },
): ReadonlyMap<K, FieldBaseline> {
  const fields = new Map(known);
  for (const [field, value] of observed) {
    const sighting = { ...how.moment, field, value, absorb: how.absorb(field), looks: how.looks?.(field) ?? 1 };
    if (sighting.absorb === "hold" && !known.has(field)) continue;
    fields.set(field, learnField(known.get(field), sighting));
  }
  return fields;
}
