import { comparableService } from "../../domain/fields/service.ts";
import type { ExposedService, ScanFound } from "../../domain/found.ts";
import { portKey } from "../../domain/network.ts";
import type { HostObservation, PortObservation } from "../../domain/observation.ts";
import { classifyExposure } from "./exposure.ts";
import type { ScoringRules } from "./rules.ts";

/** What a scan found, with what deserves a look by the class of its exposure. Pure. */
export function whatWasFound(hosts: readonly HostObservation[], rules: ScoringRules): ScanFound {
  const up = hosts.filter((host) => host.state === "up");
  const services = new Map<string, number>();
  const exposed = new Map<string, Gathered>();
  let ports = 0;
  for (const host of up) {
    for (const port of host.ports.filter((one) => one.state === "open")) {
      ports++;
      const seen = seenAs(port, rules);
      if (seen.service !== null) services.set(seen.service, (services.get(seen.service) ?? 0) + 1);
      if (deservesLook(seen, rules)) gather(exposed, seen, host.address);
    }
  }
  const counts = [...services].map(([name, count]) => ({ name, count }));
  return {
    hosts: up.length,
    ports,
    services: counts.toSorted((a, b) => b.count - a.count || a.name.localeCompare(b.name)),
    exposed: [...exposed.values()].toSorted((a, b) => dangerOf(b, rules) - dangerOf(a, rules) || compare(a, b)),
  };
}

type Seen = Omit<ExposedService, "hosts">;
type Gathered = Seen & { readonly hosts: string[] };

function seenAs(port: PortObservation, rules: ScoringRules): Seen {
  const answered = comparableService(port.service);
  const service = answered === null ? null : answered.tunnel === "ssl" ? `ssl/${answered.name}` : answered.name;
  const product = answered?.product ?? null;
  const found = classifyExposure(
    { port: port.number, service, product, extraInfo: answered?.extraInfo ?? null },
    rules,
  );
  return { class: found.class, service, product, port: { transport: port.transport, number: port.number } };
}

/** More exposure than an ordinary service has. */
function deservesLook({ class: found }: Seen, { exposure }: ScoringRules): boolean {
  return exposure.classes[found].points > exposure.classes.other.points;
}

/** Unidentified services come last, after those that are known to be dangerous. */
function dangerOf({ class: found }: Seen, { exposure }: ScoringRules): number {
  return found === "unknown" ? 0 : exposure.classes[found].points;
}

function compare(a: ExposedService, b: ExposedService): number {
  return a.class.localeCompare(b.class) || b.hosts.length - a.hosts.length || a.port.number - b.port.number;
}

function gather(exposed: Map<string, Gathered>, seen: Seen, address: string): void {
  const name = JSON.stringify([seen.class, seen.service, seen.product, portKey(seen.port)]);
  const known = exposed.get(name);
  if (known === undefined) exposed.set(name, { ...seen, hosts: [address] });
  else known.hosts.push(address);
}
