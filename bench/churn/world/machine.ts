import type { HostRole, WorldOs, WorldPort } from "../types.ts";

/** A machine as it is at first; what happens to it later are changes. */
export interface Machine {
  readonly truth: string;
  readonly role: HostRole;
  readonly mac: string;
  readonly macVendor: string | null;
  readonly name: string | null;
  readonly ports: readonly WorldPort[];
  readonly os: WorldOs | null;
  readonly windows: boolean;
  /** Switched off at night, with an address that is leased. */
  readonly leased: boolean;
  /** Here for as long as it lives, whatever the hour. */
  readonly guest: boolean;
  /** First scan that can see it, and the first that no longer does. */
  readonly born: number;
  readonly gone: number;
}

/** What a change works on: the machine as it is in one scan. */
export interface Draft {
  readonly ports: Map<string, WorldPort>;
  /** Ports whose software is no longer what its owner made it: ordinary work passes them by. */
  readonly pinned: Set<string>;
  os: WorldOs | null;
  /** It answers nobody any more. */
  silent: boolean;
  /** Null: as its session says. */
  mac: { readonly mac: string; readonly macVendor: string | null } | null;
}

/** Something that happens to a machine at one scan, and stays. */
export interface Change {
  readonly truth: string;
  /** The first scan that shows it. */
  readonly from: number;
  readonly edit: (draft: Draft) => void;
}

export function portKey(port: { readonly transport: string; readonly number: number }): string {
  return `${port.transport}/${port.number}`;
}

export function draftOf(machine: Machine): Draft {
  return {
    ports: new Map(machine.ports.map((port) => [portKey(port), port])),
    pinned: new Set(),
    os: machine.os,
    silent: false,
    mac: null,
  };
}

/** The machine as it is in scan `n`; `changes` are its own, in the order of their scans. */
export function asOf(machine: Machine, changes: readonly Change[], n: number): Draft {
  const draft = draftOf(machine);
  for (const change of changes) if (change.from <= n) change.edit(draft);
  return draft;
}

/** Changes of every machine in the order in which they happen. */
export function changesByMachine(changes: readonly Change[]): ReadonlyMap<string, readonly Change[]> {
  return Map.groupBy(
    changes.toSorted((a, b) => a.from - b.from),
    (change) => change.truth,
  );
}
