import type { HostRef } from "./deviation.ts";
import type { AnomalyKind } from "./kinds/catalogue.ts";
import type { PortRef, Transport } from "./network.ts";
import { addressTest } from "./target.ts";

/** Ports of one transport, both ends included. */
export interface PortRange {
  readonly transport: Transport;
  readonly from: number;
  readonly to: number;
}

/** Where a change takes place: hosts by address, range or name; networks; tags of the configuration. */
export interface ChangePlace {
  readonly hosts: readonly string[];
  readonly networks: readonly string[];
  readonly groups: readonly string[];
}

/** Work that somebody announced: its news is explained and learned, anything else is judged as ever. */
export interface PlannedChange {
  readonly id: string;
  readonly segment: string;
  readonly place: ChangePlace;
  /** None: only that the named hosts appear. */
  readonly ports: readonly PortRange[];
  /** UTC ms. */
  readonly from: number;
  readonly until: number;
  readonly by: string;
  readonly ticket: string;
  /** `cli`, or the file that announced it. */
  readonly origin: string;
  readonly announcedAt: number;
  readonly state: "announced" | "ended" | "cancelled";
  /** What it explained, oldest first; at most {@link MOST_MATCHED}. */
  readonly matched: readonly MatchedNews[];
}

/** News that a change explained. */
export interface MatchedNews {
  readonly anomaly: string;
  readonly kind: AnomalyKind;
  readonly subject: string;
  readonly address: string;
  readonly at: number;
}

export const MOST_MATCHED = 1000;
/** Longest time an announcement may cover: what takes longer is a state, and belongs into a declaration. */
export const LONGEST_CHANGE_MS = 7 * 86_400_000;

/** Whether a change takes place on a host, by any of the ways to name one. */
export function isOnHost({ place }: PlannedChange, host: HostRef): boolean {
  return isNamed(place, host) || addressTest(place.networks)(host.address) || isTagged(place, host);
}

/** One by one, so that it may appear there: a network says nothing about how many hosts it has. */
export function isNamed({ hosts }: ChangePlace, { address, name }: HostRef): boolean {
  return addressTest(hosts)(address) || (name !== null && hosts.some((one) => one.toLowerCase() === name));
}

export function isOnPort({ ports }: PlannedChange, { transport, number }: PortRef): boolean {
  return ports.some((range) => range.transport === transport && range.from <= number && number <= range.to);
}

function isTagged({ groups }: ChangePlace, { tags }: HostRef): boolean {
  return groups.some((group) => tags.includes(group));
}
