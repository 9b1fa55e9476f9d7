import type { Deviation } from "../../domain/deviation.ts";
import { CATALOGUE } from "../../domain/kinds/catalogue.ts";
import { bucket, type Desk, newTeam, openTeam } from "./team.ts";

/** Fewer are reported one by one: a service that was stopped often had two or three ports. */
const TOGETHER = 5;

/**
 * Many ports of one host that changed the same way are one anomaly of the host: a stack that was stopped, a certificate
 * that forty virtual hosts share. What opened together is one deviation before it comes here.
 */
export function groupByHost(desk: Desk, deviations: readonly Deviation[]): void {
  for (const alike of bucket(deviations, hostKey)) {
    const [first] = alike;
    if (first === undefined || first.host === null) continue;
    const shared = { kind: first.kind, from: null, to: null, subject: `${first.kind} on many ports` };
    const hostId = first.host.id;
    const open = openTeam(desk, shared, hostId);
    if (open === undefined && alike.length < TOGETHER) continue;
    const team = open ?? newTeam(desk, alike, { kind: "ports-changed", shared, hostId });
    for (const deviation of alike) desk.taken.set(deviation, team);
  }
}

function hostKey({ host, port, kind }: Deviation): string | null {
  return host === null || port === null || CATALOGUE[kind].appears === "port" ? null : `${host.id} ${kind}`;
}
