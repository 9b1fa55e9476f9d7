import type { HostBaseline } from "../../domain/baseline.ts";
import type { Counter } from "../../domain/kinds/counters.ts";
import { type Habits, habitsOf } from "./habits.ts";
import type { Peers } from "./peers.ts";
import { type Counted, countedOn, hitsInClass, together, type Watch } from "./tallies.ts";

/** Everything that was counted of one counter. */
export interface Book {
  readonly hosts: ReadonlyMap<string, Counted>;
  readonly groups: ReadonlyMap<string, Counted>;
  /** Of the whole segment, or of the part of it that is carried around as this host is, or stays as it does. */
  readonly segmentOf: (id: string) => Counted;
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
  const counts = (some: readonly HostBaseline[]) => some.flatMap((host) => hosts.get(host.id) ?? []);
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
  return { hosts, groups, segmentOf: segmentOf(counter, { all, counts, peers }), groupOf, habits };
}

interface Segment {
  readonly all: readonly HostBaseline[];
  readonly counts: (some: readonly HostBaseline[]) => readonly Counted[];
  readonly peers: Peers;
}

/** What laptops do with their cards and addresses is no opinion about machines that stay where they are. */
function segmentOf({ of }: Counter, { all, counts, peers }: Segment): Book["segmentOf"] {
  if (of.what !== "host-field") {
    const segment = together(counts(all));
    return () => segment;
  }
  const carried = all.filter(peers.isCarried);
  const ids = new Set(carried.map(({ id }) => id));
  const away = together(counts(carried));
  const home = together(counts(all.filter(({ id }) => !ids.has(id))));
  return (id) => (ids.has(id) ? away : home);
}
