import type { HostRole, Label, ScanFault } from "../../types.ts";
import { endOf } from "../calendar.ts";
import { asOf, type Change, type Machine } from "../machine.ts";
import { addressesOf, type Ground } from "../plan.ts";
import { type Random, random } from "../random.ts";
import type { Alteration } from "./alteration.ts";
import type { LabelKind } from "./kinds.ts";

/** What labels are put on. */
export interface Stage {
  readonly ground: Ground;
  readonly faults: ReadonlyMap<number, ScanFault>;
  /** The TCP ports that each scan asks. */
  readonly asks: (number: number) => boolean;
  /** What happens on each machine by itself. */
  readonly life: ReadonlyMap<string, readonly Change[]>;
  /** Machines that have one already. */
  readonly taken: Set<string>;
}

export interface Wanted {
  readonly id: string;
  /** Not before this scan. */
  readonly wanted: number;
  readonly incident?: string;
}

export interface Placed {
  readonly machine: Machine;
  readonly from: number;
  readonly alteration: Alteration;
  readonly changes: readonly Change[];
  readonly label: Label;
}

/** A machine on which it can happen at about that time, and what it is there; null where there is none. */
export function place(stage: Stage, kind: LabelKind, at: Wanted): Placed | null {
  const chance = random(stage.ground.seed, "place", at.id);
  for (const machine of candidates(stage, kind.roles, chance)) {
    const placed = placeOn(stage, kind, { ...at, machine });
    if (placed === null) continue;
    stage.taken.add(machine.truth);
    return placed;
  }
  return null;
}

/** A role first, then a machine of it; whoever has a label already comes last. */
function candidates({ ground, taken }: Stage, roles: readonly HostRole[], chance: Random): readonly Machine[] {
  const free = ground.machines.filter(({ truth, guest, born }) => !taken.has(truth) && !guest && born === 0);
  const [role] = chance.sample(roles, 1);
  const fitting = free.filter((machine) => machine.role === role);
  const others = free.filter((machine) => machine.role !== role && roles.includes(machine.role));
  return [...chance.sample(fitting, MOST_TRIED), ...chance.sample(others, MOST_TRIED)];
}

const MOST_TRIED = 40;

/** On this machine, at the first scan from then on that can see it; null where it does not fit. */
export function placeOn(stage: Stage, kind: LabelKind, at: Wanted & { readonly machine: Machine }): Placed | null {
  const { ground, asks } = stage;
  const { machine, id } = at;
  const from = firstSeen(stage, machine, at.wanted);
  if (from === null) return null;
  const chance = random(ground.seed, "label", id);
  // As the scan before could see it: what changes in the same one is lost in what the label does.
  const draft = asOf(machine, stage.life.get(machine.truth) ?? [], from - 1);
  const now = endOf(ground.time, from);
  const alteration = kind.alter({ machine, draft, fleet: ground.fleet, chance, asks, now });
  if (alteration === null) return null;
  const until = endOfLabel(ground, { from, ends: chance.chance(kind.ends), days: chance.between(1, 5) });
  const { truth } = machine;
  const end = until === null ? [] : [{ truth, from: until, edit: alteration.undo }];
  const changes = [{ truth, from, edit: alteration.edit }, ...end];
  return { machine, from, alteration, changes, label: labelOf(stage, kind, { ...at, from, until, alteration }) };
}

function labelOf(
  { ground }: Stage,
  { kind, tells }: LabelKind,
  at: Wanted & Pick<Placed, "machine" | "from" | "alteration"> & { readonly until: number | null },
): Label {
  const { id, from, until, alteration } = at;
  const { truth, role } = at.machine;
  return {
    id,
    incident: at.incident ?? id,
    kind,
    truth,
    role,
    addresses: addressesOf(ground, truth, { from, until }),
    ports: alteration.ports,
    from,
    until,
    tells,
    right: alteration.right,
    benign: false,
    announced: false,
  };
}

function endOfLabel(
  { time }: Ground,
  { from, ends, days }: { readonly from: number; readonly ends: boolean; readonly days: number },
): number | null {
  const end = from + Math.ceil(days * time.perDay);
  return ends && end < time.scans ? end : null;
}

/** No label begins in a broken scan, none before the judged time, and none on a machine that is off. */
function firstSeen({ ground: { sessions, time }, faults }: Stage, { truth }: Machine, wanted: number): number | null {
  for (let n = Math.max(wanted, time.judgedFrom); n < time.scans; n++) {
    if (!faults.has(n) && sessions.at(truth, n) !== null) return n;
  }
  return null;
}
