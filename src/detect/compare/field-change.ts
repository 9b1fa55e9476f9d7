import type { FieldBaseline } from "../../domain/baseline.ts";
import type { FieldFamily } from "../../domain/fields/row.ts";
import type { HostField } from "../../domain/fields/host.ts";
import type { PortField } from "../../domain/fields/port.ts";
import type { DeviationHistory } from "../../domain/deviation.ts";
import { isRelearned, sameValue } from "../../domain/fields/compare.ts";
import { isDeviating, isNormal } from "../../domain/fields/normal.ts";

/** A comparable field whose value is not the normal one. */
export interface FieldChange {
  readonly from: string;
  readonly to: string;
  /** The sighting before this one showed the same value. */
  readonly repeated: boolean;
  readonly known: FieldBaseline;
}

/** Null when nothing deviates, nothing was observed, or the field is being relearned. */
export function changeOf<K extends PortField | HostField>(
  field: K,
  memory: ReadonlyMap<K, FieldBaseline>,
  now: { readonly values: ReadonlyMap<K, string>; readonly relearned: ReadonlySet<FieldFamily> },
): FieldChange | null {
  const known = memory.get(field);
  const to = now.values.get(field);
  if (known === undefined || to === undefined || isRelearned(field, now.relearned)) return null;
  if (isNormal(field, known, to)) return null;
  // As it was first seen: an anomaly keeps its id although the next scan gets other keys of the same server.
  const repeated = isDeviating(field, known) && sameValue(field, known.current, to);
  return { from: known.value, to: repeated ? known.current : to, repeated, known };
}

/** How often the field was compared and how often it changed; the change that led here is the deviation itself. */
export function fieldHistory(
  change: FieldChange,
  seen: { readonly first: number; readonly last: number },
): DeviationHistory {
  const { known } = change;
  return {
    scans: known.observed,
    seen: 0,
    changes: change.repeated ? known.changes - 1 : known.changes,
    firstSeen: seen.first,
    lastSeen: seen.last,
  };
}
