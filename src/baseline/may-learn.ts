import type { CycleView, HostView } from "../domain/cycle.ts";
import { isRelearned } from "../domain/fields/compare.ts";
import type { HostField } from "../domain/fields/host.ts";
import type { FieldFamily } from "../domain/fields/row.ts";
import { hostMature, isUnderWatch, portKnown } from "../domain/maturity.ts";
import type { PortRef } from "../domain/network.ts";
import { teaches } from "../domain/safe-period.ts";
import type { Absorb } from "./learn-field.ts";

/**
 * Immature hosts follow what they see, whatever the age of the segment; so does an exchange that will not be
 * reported.
 */
export function isLearning(view: CycleView, host: HostView): boolean {
  if (host.identity.replaced && !view.mature) return true;
  return !hostMature(host.known, view.context.maturity, view.context.startedAt);
}

/** What is remembered of a stranger is not normal before it is accepted, so it is remembered at any time. */
export function isTaught({ context }: CycleView, { known }: HostView): boolean {
  return teaches(context) || known === null || known.reference === "new";
}

/** An unknown host outside the safe periods that is no news either: who it is will be learned in the next one. */
export function isHeld(view: CycleView, { known, firstAsked = false }: HostView): boolean {
  return known === null && !teaches(view.context) && (!view.mature || firstAsked);
}

/** A port of a known host that nobody looked at before: whether it is news will be known after the next safe period. */
export function isPortHeld(view: CycleView, host: HostView, port: PortRef): boolean {
  return host.known !== null && !isTaught(view, host) && !portKnown(host.known, port);
}

/** Whether a host that is learned may change what is normal for it in this scan. */
export function mayFollow(view: CycleView, host: HostView): boolean {
  return isLearning(view, host) && isTaught(view, host);
}

/** The address belongs to the identity kinds, which mature with the segment. */
export function hostFieldAbsorb(view: CycleView, host: HostView, field: HostField): Absorb {
  const learning = isLearning(view, host) || (field === "ip" && !view.mature);
  if (learning && isTaught(view, host)) return "follow";
  return isRelearned(field, relearnedHere(view)) ? "relearn" : otherwise(view, host);
}

export function presenceAbsorb(view: CycleView, host: HostView, port: PortRef): Absorb {
  if (host.known === null || mayFollow(view, host)) return "follow";
  if (!portKnown(host.known, port)) return isTaught(view, host) ? "follow" : "hold";
  return relearnedHere(view).has("presence") ? "relearn" : otherwise(view, host);
}

/** Of a stranger in a segment that is known nothing is followed blindly: another key behind it is news. */
export function portFieldsAbsorb(view: CycleView, host: HostView): Absorb {
  if (isUnderWatch(view, host.known)) return "note";
  return mayFollow(view, host) ? "follow" : otherwise(view, host);
}

/**
 * What is measured in another way than before has not changed, and is compared again from the next scan on. A segment
 * that is still being learned waits for the next safe period with it.
 */
export function relearnedHere(view: CycleView): ReadonlySet<FieldFamily> {
  return teaches(view.context) || view.mature ? view.relearned : NOTHING;
}

const NOTHING: ReadonlySet<FieldFamily> = new Set();

function otherwise(view: CycleView, host: HostView): Absorb {
  return isTaught(view, host) ? "keep" : "hold";
}
