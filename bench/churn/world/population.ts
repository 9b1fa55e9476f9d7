import type { HostRole } from "../types.ts";
import { type Calendar, scanAt } from "./calendar.ts";
import type { Fleet } from "./fleet.ts";
import { workingMoments } from "./life/moments.ts";
import type { Machine } from "./machine.ts";
import { macOf, randomisedMac } from "./macs.ts";
import { random } from "./random.ts";
import type { Rates } from "./rates.ts";
import { BUILDERS, countsOf, type Shares } from "./roles/roles.ts";

/** What machines are made from. */
export interface Founding {
  readonly seed: number;
  readonly time: Calendar;
  readonly rates: Rates;
  readonly fleet: Fleet;
  readonly shares: Shares;
  readonly hosts: number;
}

/** Those that are there from the first day. */
export function founders(founding: Founding): readonly Machine[] {
  const counts = countsOf(founding.shares, founding.hosts);
  return [...counts].flatMap(([role, count]) =>
    Array.from({ length: count }, (_, n) => build(founding, { role, n, born: 0, gone: founding.time.scans })),
  );
}

/** Legitimate machines that come later, of the roles that are there. */
export function newcomers(founding: Founding): readonly Machine[] {
  const { seed, time, rates, hosts } = founding;
  const chance = random(seed, "newcomers");
  const roles = [...countsOf(founding.shares, founding.hosts)].flatMap(([role, n]) =>
    Array.from({ length: n }, (): HostRole => role),
  );
  return workingMoments(chance, rates.newHost * hosts, { first: 0.5, last: time.days }).map((at, i) => {
    const role = chance.pick(roles);
    return build(founding, { role, n: 900 + i, born: scanAt(time, at), gone: time.scans });
  });
}

/** Visitors: a phone for some hours, with an address that its system made up, and never again. */
export function guests(founding: Founding): readonly Machine[] {
  const { seed, time, rates, hosts } = founding;
  const chance = random(seed, "guests");
  return workingMoments(chance, rates.guests * hosts, { first: 0, last: time.days }).map((at, i) => {
    const born = scanAt(time, at);
    const gone = Math.max(born + 1, scanAt(time, at + chance.between(0.05, 0.35)));
    return { ...build(founding, { role: "phone", n: 5000 + i, born, gone }), guest: true };
  });
}

/** One machine of a role; the number makes its name. */
export function build(
  { seed, fleet }: Pick<Founding, "seed" | "fleet">,
  at: { readonly role: HostRole; readonly n: number; readonly born: number; readonly gone: number },
): Machine {
  const truth = `${at.role}-${at.n + 1}`;
  const chance = random(seed, "machine", truth);
  const { vendor, ...made } = BUILDERS[at.role]({ truth, n: at.n, fleet, chance });
  const mac = vendor === "randomised" ? randomisedMac(chance) : macOf(vendor, chance);
  return { ...made, ...mac, truth, role: at.role, guest: false, born: at.born, gone: at.gone };
}
