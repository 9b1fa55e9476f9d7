import type { HostBaseline } from "../../domain/baseline.ts";
import { HOST_FIELDS, type HostField } from "../../domain/fields/host.ts";
import type { CycleView, HostView } from "../../domain/cycle.ts";
import { hostFieldValues } from "../../domain/fields/values.ts";
import type { Found } from "../detector.ts";
import { changeOf, fieldHistory } from "./field-change.ts";
import type { FieldChange } from "./field-change.ts";
import { aboutHost, isConfirmed, isMature } from "./host-found.ts";

export interface HostChange {
  readonly host: HostView;
  readonly known: HostBaseline;
  readonly change: FieldChange;
}

/** Every known host on which this field deviates. */
export function hostChanges(view: CycleView, field: HostField): readonly HostChange[] {
  return view.hosts.flatMap((host) => {
    const { known } = host;
    if (known === null) return [];
    const change = hostChange(view, { host, known }, field);
    return change === null ? [] : [{ host, known, change }];
  });
}

export function hostChange(
  view: CycleView,
  at: { readonly host: HostView; readonly known: HostBaseline },
  field: HostField,
): FieldChange | null {
  return changeOf(field, at.known.fields, { values: hostFieldValues(at.host.observation), relearned: view.relearned });
}

/** What every deviation of a host field has in common. */
export function aboutHostField(view: CycleView, at: HostChange, field: HostField): Omit<Found, "before" | "after"> {
  const { host, known, change } = at;
  return {
    ...aboutHost(view, host),
    subject: field,
    target: change.to,
    from: change.from,
    to: change.to,
    mature: isMature(view, known),
    confirmed: isConfirmed(view, change.repeated || isSeenTwice(host, field)),
    history: fieldHistory(change, { first: known.firstSeen.at, last: known.lastSeen.at }),
  };
}

/** Of all fields of a host only the system is asked twice in one scan. */
function isSeenTwice({ observation }: HostView, field: HostField): boolean {
  return HOST_FIELDS[field].family === "os" && (observation.os?.looks ?? 1) > 1;
}
