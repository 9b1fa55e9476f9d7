import { HOST_FIELDS, type HostField } from "./host.ts";
import { PORT_FIELDS, type PortField } from "./port.ts";
import type { FieldFamily, FieldRow, ValueSet } from "./row.ts";

const ROWS: Readonly<Record<PortField | HostField, FieldRow<never>>> = { ...PORT_FIELDS, ...HOST_FIELDS };

/** Equal as the field's row understands it: for sets of keys every type that both have, and at least one such type. */
export function sameValue(field: PortField | HostField, a: string, b: string): boolean {
  return a === b || ROWS[field].equality.same(a, b);
}

/** Of two that are the {@link sameValue}: what both together know. */
export function joinValue(field: PortField | HostField, a: string, b: string): string {
  return a === b ? b : ROWS[field].equality.join(a, b);
}

/** True when the field may not be compared in this cycle, because it is measured in another way than before. */
export function isRelearned(field: PortField | HostField, relearned: ReadonlySet<FieldFamily>): boolean {
  const { family } = ROWS[field];
  return family !== null && relearned.has(family);
}

/** How many values of the field may be normal at once. */
export function severalValues(field: PortField | HostField): ValueSet {
  return ROWS[field].set;
}
