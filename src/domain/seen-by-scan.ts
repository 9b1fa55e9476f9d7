import { includes } from "../lib/intervals.ts";
import { HOST_FIELDS, type HostField, hostFieldsWith } from "./fields/host.ts";
import { PORT_FIELDS, type PortField, portFieldsWith } from "./fields/port.ts";
import type { FieldFamily, FieldRow } from "./fields/row.ts";
import { type PortKey, portKey, type PortRef } from "./network.ts";
import type { HostObservation, PortObservation } from "./observation.ts";

/** One scan as a whole: what it saw, and whose silence means something. */
export interface SeenByScan {
  /** By address. */
  readonly hosts: ReadonlyMap<string, HostObservation>;
  readonly asked: (address: string) => boolean;
  /** How each family of fields was measured. */
  readonly comparability: ReadonlyMap<FieldFamily, string>;
}

/** Fields that scans are compared by, and how to read them. */
export interface Compared<Seen, F extends HostField | PortField> {
  readonly fields: readonly F[];
  readonly rows: Readonly<Record<F, FieldRow<Seen>>>;
}

/** The rest is the address itself, or too raw for people. */
export const HOST_COMPARED: Compared<HostObservation, HostField> = {
  fields: [...hostFieldsWith(({ observed }) => observed), "all_ports_open"],
  rows: HOST_FIELDS,
};
export const PORT_COMPARED: Compared<PortObservation, PortField> = {
  fields: portFieldsWith(() => true),
  rows: PORT_FIELDS,
};

export function openPorts({ ports }: HostObservation): ReadonlyMap<PortKey, PortObservation> {
  return new Map(ports.filter(({ state }) => state === "open").map((port) => [portKey(port), port]));
}

/** Null: it was not seen up. */
export function upIn({ hosts }: SeenByScan, address: string): HostObservation | null {
  const host = hosts.get(address);
  return host?.state === "up" ? host : null;
}

/** It was asked, and the answer is not one of those that leave open whether it is open. */
export function measuredShut(host: HostObservation, port: PortRef): boolean {
  const listed = host.ports.find((one) => portKey(one) === portKey(port));
  if (listed !== undefined) return listed.state !== "open|filtered" && listed.state !== "unfiltered";
  return host.coverage.some(
    (c) => c.phase === "ports" && c.transport === port.transport && includes(c.ports, port.number),
  );
}

/** What answers there, in a few words. */
export function serviceSummary(port: PortObservation): string {
  const words = (["service", "product", "version"] as const).flatMap((field) => PORT_FIELDS[field].read(port) ?? []);
  return words.length === 0 ? "open" : words.join(" ");
}
