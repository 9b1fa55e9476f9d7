import type { Happening, Label, ScanFault, World } from "../types.ts";
import { layout } from "./addresses.ts";
import { calendar } from "./calendar.ts";
import { faults as faultsOf } from "./faults.ts";
import { fleet } from "./fleet.ts";
import { labels } from "./labels/labels.ts";
import type { Stage } from "./labels/place.ts";
import { rogueLabels, rogues } from "./labels/rogues.ts";
import { boots } from "./life/boots.ts";
import { devPorts, nodePorts } from "./life/come-and-go.ts";
import { newHosts } from "./life/new-hosts.ts";
import { announced, plannedPorts, removedPorts } from "./life/planned.ts";
import { renewals } from "./life/renewals.ts";
import { patchWave, updates } from "./life/updates.ts";
import { work } from "./life/work.ts";
import { changesByMachine, type Machine } from "./machine.ts";
import { type Ground, type Planned, together } from "./plan.ts";
import { play } from "./play.ts";
import { founders, type Founding, guests, newcomers } from "./population.ts";
import { presence } from "./presence.ts";
import { louder, QUIET, shifted } from "./rates.ts";
import { sessions } from "./sessions.ts";
import { type Variant, type VariantRow, VARIANTS } from "./variants.ts";

export interface WorldOptions {
  readonly seed: number;
  /** Machines of the first day. */
  readonly hosts: number;
  readonly days: number;
  readonly scansPerDay: number;
  readonly variant: Variant;
  /** `shifted`: every rate of the ordinary life times 0.3 to 3. */
  readonly churn: "stated" | "shifted";
}

/** A network of which everything is known: what its scans show, what is true, and what somebody must be told. */
export function makeWorld(options: WorldOptions): World {
  const { seed, hosts, variant } = options;
  const row: VariantRow = VARIANTS[variant];
  const time = calendar(options.days, options.scansPerDay);
  const rates = options.churn === "shifted" ? shifted(row.rates, seed) : row.rates;
  const founding: Founding = { seed, time, rates, fleet: fleet(seed), shares: row.shares, hosts };
  const ground = settled(founding, row);
  const faults = faultsOf(seed, time, { evening: row.eveningFault });
  const planned = plot(ground.ground, faults, hosts);
  const changes = changesByMachine(planned.changes);
  const noise = row.noisy ? louder(QUIET, seed) : QUIET;
  const script = { seed, time, noise, machines: ground.ground.machines, sessions: ground.ground.sessions };
  return {
    seed,
    variant,
    segment: "bench",
    scansPerDay: options.scansPerDay,
    days: options.days,
    judgedFrom: time.judgedFrom,
    targets: ground.targets,
    tcp: row.tcp,
    scans: () => play({ ...script, changes, faults, inBetween: (there) => there }),
    labels: inOrder(planned.labels),
    announcements: planned.announcements.toSorted((a, b) => a.from - b.from),
    happenings: inOrder(planned.happenings),
  };
}

function settled(founding: Founding, row: VariantRow) {
  const { seed, time, rates } = founding;
  const machines = population(founding, row);
  const leased = machines.filter((machine) => machine.leased).length;
  const plan = layout({ fixed: machines.length - leased, leased });
  const isUp = presence(seed, time);
  const where = sessions({ seed, time, rates, layout: plan, machines, isUp });
  const ground: Ground = { seed, time, rates, fleet: founding.fleet, machines, sessions: where };
  return { ground, targets: plan.targets };
}

function population(founding: Founding, row: VariantRow): readonly Machine[] {
  return [
    ...founders(founding),
    ...newcomers(founding),
    ...guests(founding),
    ...rogues(founding, { randomised: row.shares.phone !== undefined }),
  ];
}

/** Ordinary life first, then what people plan, then what must be told. */
function plot(ground: Ground, faults: ReadonlyMap<number, ScanFault>, hosts: number): Planned {
  const life = together([
    nodePorts(ground),
    devPorts(ground),
    boots(ground),
    updates(ground),
    patchWave(ground),
    renewals(ground),
  ]);
  const stage: Stage = { ground, faults, life: changesByMachine(life.changes), taken: new Set() };
  const bad = labels(stage, hosts);
  const planned = announced(ground, [
    ...plannedPorts(ground),
    ...removedPorts(ground, life.changes),
    ...newHosts(ground),
    ...work(stage, hosts),
  ]);
  return together([life, planned, bad, rogueLabels(ground, faults)]);
}

function inOrder<T extends Label | Happening>(list: readonly T[]): readonly T[] {
  return list.toSorted((a, b) => a.from - b.from);
}
