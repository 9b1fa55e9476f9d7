import type { Announcement, Cause, Happening, Label } from "../types.ts";
import type { Calendar } from "./calendar.ts";
import { asOf, type Change, type Draft, type Machine } from "./machine.ts";
import type { Fleet } from "./fleet.ts";
import type { Rates } from "./rates.ts";
import type { Sessions } from "./sessions.ts";

/** What everything that happens is planned on. */
export interface Ground {
  readonly seed: number;
  readonly time: Calendar;
  readonly rates: Rates;
  readonly fleet: Fleet;
  readonly machines: readonly Machine[];
  readonly sessions: Sessions;
}

/** What is planned: the changes themselves, and what is true about them. */
export interface Planned {
  readonly changes: readonly Change[];
  readonly happenings: readonly Happening[];
  readonly labels: readonly Label[];
  readonly announcements: readonly Announcement[];
}

export const NOTHING: Planned = { changes: [], happenings: [], labels: [], announcements: [] };

export function together(parts: readonly Planned[]): Planned {
  return {
    changes: parts.flatMap((part) => part.changes),
    happenings: parts.flatMap((part) => part.happenings),
    labels: parts.flatMap((part) => part.labels),
    announcements: parts.flatMap((part) => part.announcements),
  };
}

/** What happened to a machine, with the address at which it shows. */
export function happening(
  ground: Ground,
  what: {
    readonly cause: Cause;
    readonly truth: string;
    readonly ports: readonly string[];
    readonly from: number;
    readonly until: number | null;
  },
): Happening {
  return { ...what, address: addressAt(ground, what.truth, what.from) };
}

/** Labels happen, too. */
export function labelled(labels: readonly Label[]): Pick<Planned, "labels" | "happenings"> {
  const happenings = labels.map(({ truth, ports, from, until, addresses: [address = ""] }) => {
    return { cause: "label" as const, truth, address, ports, from, until };
  });
  return { labels, happenings };
}

/** Where the machine is then, or will be when it is next there. */
export function addressAt({ sessions }: Ground, truth: string, n: number): string {
  const all = sessions.of(truth);
  const found = all.find((session) => session.until > n) ?? all.at(-1);
  return found?.address ?? "";
}

/** Every address a machine has from one scan to another. */
export function addressesOf(
  { sessions }: Ground,
  truth: string,
  { from, until }: { readonly from: number; readonly until: number | null },
): readonly string[] {
  const within = sessions.of(truth).filter((s) => s.until > from && (until === null || s.from < until));
  return [...new Set(within.map((session) => session.address))];
}

/** The machine as it will be before its labels. */
export function draftAt(machine: Machine, changes: readonly Change[], n: number): Draft {
  return asOf(
    machine,
    changes.filter((change) => change.truth === machine.truth),
    n,
  );
}
