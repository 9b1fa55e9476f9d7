import type { Deviation } from "../../domain/deviation.ts";
import { CATALOGUE, isStandingFact } from "../../domain/kinds/catalogue.ts";
import { commonOf } from "./group-key.ts";
import { bucket, type Desk, hostsOf, newTeam, openTeam } from "./team.ts";

/**
 * A large part of the segment shows other keys, other machines or other systems, or lost ports: it was installed again, or
 * something stands in between. That is one finding, whatever the hosts are for and on whichever port it shows. What is
 * missing altogether, opens or is upgraded is grouped by what it is.
 */
export function groupExchanges(desk: Desk, deviations: readonly Deviation[], minimum: number): void {
  const anyRole = () => undefined;
  for (const alike of bucket(deviations.filter(isExchange), (d) => d.kind)) {
    if (hostsOf(alike) < minimum) continue;
    const shared = commonOf(alike, anyRole);
    const team = openTeam(desk, shared) ?? newTeam(desk, alike, { kind: "rollout", shared });
    for (const deviation of alike) desk.taken.set(deviation, team);
  }
}

function isExchange({ kind, informational }: Deviation): boolean {
  const { appears, accept, family, second, rollout } = CATALOGUE[kind];
  if (informational || rollout === null || appears !== null || isStandingFact(kind)) return false;
  return accept.makes !== "absence" && family !== null && (family !== "software" || second === "told");
}
