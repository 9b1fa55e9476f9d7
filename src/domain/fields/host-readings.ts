import { macClass } from "../mac.ts";
import type { HostObservation } from "../observation.ts";

/** Null for the address of a router pair or a multicast group, which no machine owns. */
export function readMac({ mac }: HostObservation): string | null {
  return mac !== null && macClass(mac) !== "virtual" ? mac : null;
}

export function readOsFamily({ os }: HostObservation): string | null {
  return os?.goodConditions === true ? os.families.toSorted().join(",") : null;
}

/** The family of the best match: which others are close to it changes from scan to scan, it hardly ever does. */
export function readBestFamily({ os }: HostObservation): string | null {
  return os?.goodConditions === true ? (os.matches[0]?.family ?? null) : null;
}

/** Hosts of one system share their stack object, and it is asked for at every look. */
const stackTexts = new WeakMap<ReadonlyMap<string, string>, string>();

export function readStack({ os }: HostObservation): string | null {
  if (os === null || os.stack.size === 0) return null;
  const known = stackTexts.get(os.stack) ?? joinedFacts(os.stack);
  stackTexts.set(os.stack, known);
  return known;
}

function joinedFacts(stack: ReadonlyMap<string, string>): string {
  return [...stack]
    .map(([name, value]) => `${name}=${value}`)
    .toSorted()
    .join(";");
}

/** Systems start at 64, 128 or 255 and every router takes one: the class survives a changed path, the number does not. */
export function readInitialTtl(observation: HostObservation): string | null {
  const ttls = observation.ports.flatMap((p) => (p.reason === "syn-ack" && p.reasonTtl ? [p.reasonTtl] : []));
  const classes = new Set(ttls.map((ttl) => (ttl <= 64 ? "64" : ttl <= 128 ? "128" : "255")));
  const [only] = classes;
  return classes.size === 1 && only !== undefined ? only : null;
}

export function readAllPortsOpen(observation: HostObservation): string | null {
  if (observation.allPortsOpen !== null) return isRefuted(observation) ? null : "yes";
  return observation.coverage.some((c) => c.phase === "ports") ? "no" : null;
}

/** A second probe of a sample found most of them not open: whatever answered was not the host. */
export function isRefuted({ recheck }: HostObservation): boolean {
  return recheck !== undefined && recheck.other > recheck.same;
}
