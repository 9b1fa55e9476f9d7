import type { Counter } from "../../domain/kinds/counters.ts";
import { type Habits, habitsOf } from "./habits.ts";
import type { Peers } from "./peers.ts";
import { type Counted, countedOn, hitsInClass, together, type Watch } from "./tallies.ts";

/** Everything that was counted of one counter. */
export interface Book {
  readonly hosts: ReadonlyMap<string, Counted>;
  readonly groups: ReadonlyMap<string, Counted>;
  readonly segment: Counted;
  readonly groupOf: (id: string) => string | null;
  /** How the openings of a class are spread over the hosts of a group, and over all others. */
  readonly habits: (name: string, group: string) => GroupHabits;
}

export interface GroupHabits {
  readonly group: Habits;
  readonly rest: Habits;
}

export function bookFor(counter: Counter, { baseline, rules, peers }: Watch & { readonly peers: Peers }): Book {
  const all = [...baseline.hosts.values()];
  const hosts = new Map(all.map((host) => [host.id, countedOn(host, counter, { baseline, rules })]));
  const members = Map.groupBy(all, peers.groupOf);
  const counts = (some: typeof all) => some.flatMap((host) => hosts.get(host.id) ?? []);
  const groups = new Map([...members].map(([group, some]) => [group, together(counts(some))]));
  const groupOf = (id: string) => {
    const host = baseline.hosts.get(id);
    return host === undefined ? null : peers.groupOf(host);
  };
  const known = new Map<string, GroupHabits>();
  const habits = (name: string, group: string) => {
    const key = `${name} ${group}`;
    const hits = (some: typeof all) => habitsOf(counts(some).map((one) => hitsInClass(one, name)));
    const rest = () => [...members].flatMap(([other, some]) => (other === group ? [] : some));
    const found = known.get(key) ?? { group: hits(members.get(group) ?? []), rest: hits(rest()) };
    known.set(key, found);
    return found;
  };
  return { hosts, groups, segment: together(groups.values()), groupOf, habits };
}
