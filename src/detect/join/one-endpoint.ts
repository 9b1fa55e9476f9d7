import type { CycleView } from "../../domain/cycle.ts";
import type { Deviation } from "../../domain/deviation.ts";
import type { AnomalyKind } from "../../domain/kinds.ts";
import { isMature } from "../compare/host-found.ts";

const FIELD_KINDS: ReadonlySet<AnomalyKind> = new Set<AnomalyKind>([
  "service-changed",
  "version-changed",
  "version-downgraded",
  "banner-changed",
  "certificate-changed",
  "certificate-renewed",
  "hostkey-changed",
  "name-changed",
  "mac-changed",
  "os-shifted",
]);
/** What follows from another machine at the address: its fields, and the ports the old one had. */
const OF_ANOTHER_MACHINE: ReadonlySet<AnomalyKind> = new Set<AnomalyKind>([...FIELD_KINDS, "port-closed"]);

/** Which kinds on the same port say less than the key does. */
const SAYS_MORE: Readonly<Partial<Record<AnomalyKind, readonly AnomalyKind[]>>> = {
  "service-changed": ["version-changed", "version-downgraded", "banner-changed"],
  "version-changed": ["banner-changed"],
  "version-downgraded": ["banner-changed"],
};

/** One fact, one deviation: whatever only follows from a stronger deviation of the same host or port is left out. */
export function withoutConsequences(view: CycleView, deviations: readonly Deviation[]): readonly Deviation[] {
  const replaced = hostsWith(deviations, ["identity-changed"]);
  const strangers = hostsWith(deviations, ["host-appeared", "undeclared-host"]);
  const young = new Set(view.hosts.filter((host) => !isMature(view, host.known)).map((host) => host.id));
  const covered = new Set(deviations.flatMap(coveredBy));
  return deviations.filter((d) => {
    const id = d.host?.id ?? "";
    if (replaced.has(id) && OF_ANOTHER_MACHINE.has(d.kind)) return false;
    if (strangers.has(id) && young.has(id) && d.declared === null && d.kind !== "host-appeared") return false;
    return !covered.has(place(d, d.kind));
  });
}

function hostsWith(deviations: readonly Deviation[], kinds: readonly AnomalyKind[]): ReadonlySet<string> {
  return new Set(deviations.filter((d) => kinds.includes(d.kind)).map((d) => d.host?.id ?? ""));
}

function coveredBy(d: Deviation): readonly string[] {
  return (SAYS_MORE[d.kind] ?? []).map((kind) => place(d, kind));
}

function place(d: Deviation, kind: AnomalyKind): string {
  return `${d.host?.id} ${d.subject} ${kind}`;
}
