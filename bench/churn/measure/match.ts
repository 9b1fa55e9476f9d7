import type { Label, World } from "../types.ts";
import type { Subject } from "./subject.ts";

/** How an alert stands to a label. `tells`: somebody who reads it knows of the thing. */
export type Match = "tells" | "belongs" | null;

/** What stands for openings of single ports. */
const MANY_PORTS = ["ports-opened", "port-spread", "all-ports-open"];

/**
 * An alert belongs to a label when it is about its host, in its time and about what it did: its kind tells it, or it is
 * about one of its ports. What comes up to a day after the end is its aftermath, the way back; it tells nothing any more.
 */
export function matchOf(label: Label, { subject, n }: { subject: Subject; n: number }, world: World): Match {
  const last = label.until ?? Number.POSITIVE_INFINITY;
  if (n < label.from || n > last + world.scansPerDay) return null;
  if (!subject.addresses.some((address) => label.addresses.includes(address))) return null;
  const samePort = subject.port === null || label.ports.length === 0 || label.ports.includes(subject.port);
  const tells = samePort && subject.kinds.some((kind) => tellsOf(label).has(kind));
  if (tells) return n <= last ? "tells" : "belongs";
  return subject.port !== null && label.ports.includes(subject.port) ? "belongs" : null;
}

function tellsOf({ tells }: Label): ReadonlySet<string> {
  return new Set([...tells, ...(tells.includes("port-opened") ? MANY_PORTS : [])]);
}
