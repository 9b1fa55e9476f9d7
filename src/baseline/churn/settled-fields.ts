import { type FieldBaseline, hadPause, type HostBaseline, type PortBaseline } from "../../domain/baseline.ts";
import { isRelearned } from "../../domain/fields/compare.ts";
import type { HostField } from "../../domain/fields/host.ts";
import { isDeviating, normalValue } from "../../domain/fields/normal.ts";
import type { PortField } from "../../domain/fields/port.ts";
import type { FieldFamily } from "../../domain/fields/row.ts";
import { compareVersions } from "../../domain/fields/version-order.ts";
import type { Counts } from "../../domain/kinds/row.ts";

interface Step {
  readonly before: HostBaseline;
  readonly after: HostBaseline;
  readonly relearned: ReadonlySet<FieldFamily>;
  /** An alert that nobody accepted counts when it becomes normal, never because it went away. */
  readonly isAlert: (subject: string) => boolean;
}

type HostFieldCounts = Extract<Counts, { readonly what: "host-field" }>;
type PortFieldCounts = Extract<Counts, { readonly what: "port-field" }>;

/** These belong to the product; a different product has its own. */
const OF_PRODUCT: ReadonlySet<PortField> = new Set(["version", "extra_info", "banner"]);

export function settledPortFields({ before, after, relearned, isAlert }: Step, counts: PortFieldCounts): boolean {
  return [...after.ports].some(([key, is]) => {
    const was = before.ports.get(key);
    if (was?.reference !== "open" || is.reference !== "open") return false;
    // What opened there after the pause is counted as an opening, and says nothing about ports that stay open.
    if (counts.orOf.length > 0 && hadPause(is)) return false;
    return counts.fields.some((field) => {
      if (isRelearned(field, relearned) || (OF_PRODUCT.has(field) && isOtherSoftware(was, is))) return false;
      const change = settledChange(field, was.fields.get(field), is.fields.get(field));
      if (change === null || (isAlert(key) && wentBack(was.fields.get(field), is.fields.get(field)))) return false;
      return counts.turns === null || directionOf(change) === counts.turns;
    });
  });
}

export function settledHostFields({ before, after, relearned, isAlert }: Step, counts: HostFieldCounts): boolean {
  return counts.fields.some((field) => {
    const [was, is] = [before.fields.get(field), after.fields.get(field)];
    const change = isRelearned(field, relearned) ? null : settledChange(field, was, is);
    if (change === null || (isAlert("") && wentBack(was, is))) return false;
    if (!counts.disjoint) return true;
    return (was?.streak ?? 0) >= 2 && nothingLeft(change);
  });
}

function nothingLeft({ from, to }: Change): boolean {
  const before = new Set(from.split(","));
  return to.split(",").every((one) => !before.has(one));
}

interface Change {
  readonly from: string;
  readonly to: string;
}

/** A change that went back or became normal. A renewal is not a change, so it is not counted in the field either. */
function settledChange(
  field: PortField | HostField,
  was: FieldBaseline | undefined,
  is: FieldBaseline | undefined,
): Change | null {
  if (was === undefined || is === undefined || isDeviating(field, is)) return null;
  if (isDeviating(field, was)) return { from: was.value, to: was.current };
  const isNew = is.changes > was.changes && normalValue(field, was, is.current) === null;
  return isNew ? { from: was.value, to: is.current } : null;
}

/** What is normal stayed as it was. */
function wentBack(was: FieldBaseline | undefined, is: FieldBaseline | undefined): boolean {
  return was?.value === is?.value && was?.values?.length === is?.values?.length;
}

function isOtherSoftware(was: PortBaseline, is: PortBaseline): boolean {
  const differs = (field: PortField) => settledChange(field, was.fields.get(field), is.fields.get(field)) !== null;
  return differs("service") || differs("product");
}

function directionOf({ from, to }: Change): "forward" | "back" {
  return (compareVersions(to, from) ?? 1) < 0 ? "back" : "forward";
}
