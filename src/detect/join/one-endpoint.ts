import type { CycleView } from "../../domain/cycle.ts";
import type { Deviation } from "../../domain/deviation.ts";
import { type AnomalyKind, CATALOGUE, isStandingFact } from "../../domain/kinds/catalogue.ts";
import type { KindRow } from "../../domain/kinds/row.ts";
import { isMature } from "../compare/host-found.ts";

/** One fact, one deviation: whatever only follows from a stronger deviation of the same host or port is left out. */
export function withoutConsequences(view: CycleView, deviations: readonly Deviation[]): readonly Deviation[] {
  const replaced = hostsWith(deviations, (row) => row.machine === "another");
  const strangers = hostsWith(deviations, (row) => row.appears === "host");
  const young = new Set(view.hosts.filter((host) => !isMature(view, host.known)).map((host) => host.id));
  const places = new Set(deviations.map((d) => place(d, d.kind)));
  return deviations.filter((d) => {
    const id = d.host?.id ?? "";
    const { machine, appears, coveredBy } = CATALOGUE[d.kind];
    if (replaced.has(id) && machine === "its") return false;
    const watched = d.mature || isStandingFact(d.kind) || appears === "host";
    if (strangers.has(id) && young.has(id) && !watched) return false;
    return !coveredBy.some((kind) => places.has(place(d, kind)));
  });
}

function hostsWith(deviations: readonly Deviation[], says: (row: KindRow) => boolean): ReadonlySet<string> {
  return new Set(deviations.filter((d) => says(CATALOGUE[d.kind])).map((d) => d.host?.id ?? ""));
}

/** The same subject of the same host, as another kind. */
function place(d: Deviation, kind: AnomalyKind): string {
  return `${d.host?.id} ${d.subject} ${kind}`;
}
