import type { Happening, Label, World } from "../types.ts";
import { type Layout, layout } from "./addresses.ts";
import { calendar } from "./calendar.ts";
import { faults as faultsOf } from "./faults.ts";
import { fleet } from "./fleet.ts";
import { rogues } from "./labels/rogues.ts";
import { changesByMachine, type Machine } from "./machine.ts";
import type { Ground } from "./plan.ts";
import { play } from "./play.ts";
import { plot } from "./plot.ts";
import { founders, type Founding, guests, newcomers } from "./population.ts";
import { presence } from "./presence.ts";
import { louder, QUIET, shifted } from "./rates.ts";
import { sessions } from "./sessions.ts";
import { withShortCertificates } from "./short-certificates.ts";
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
  const { seed, hosts, variant, days, scansPerDay } = options;
  const row: VariantRow = VARIANTS[variant];
  const { ground, where } = settle(options, row);
  const { time, machines, sessions: whereabouts } = ground;
  const faults = faultsOf(seed, time, { evening: row.eveningFault });
  const plan = plot(ground, row, { hosts, faults, addresses: [...where.fixed, ...where.leased] });
  const changes = changesByMachine(plan.changes);
  const noise = row.noisy ? louder(QUIET, seed) : QUIET;
  const { inBetween } = plan;
  return {
    seed,
    variant,
    segment: "bench",
    scansPerDay,
    days,
    judgedFrom: time.judgedFrom,
    targets: where.targets,
    tcp: row.tcp,
    scans: () => play({ seed, time, noise, machines, sessions: whereabouts, changes, faults, inBetween }),
    labels: inOrder(plan.labels),
    announcements: plan.announcements.toSorted((a, b) => a.from - b.from),
    happenings: inOrder(plan.happenings),
  };
}

/** Who lives there, and when and where everyone is. */
function settle(options: WorldOptions, row: VariantRow): { readonly ground: Ground; readonly where: Layout } {
  const { seed, hosts, churn } = options;
  const time = calendar(options.days, options.scansPerDay);
  const rates = churn === "shifted" ? shifted(row.rates, seed) : row.rates;
  const founding: Founding = { seed, time, rates, fleet: fleet(seed), shares: row.shares, hosts };
  const machines = withShortCertificates(population(founding, row), founding.fleet, row.shortCertificates);
  const leased = machines.filter((machine) => machine.leased).length;
  const where = layout({ fixed: machines.length - leased, leased });
  const whereabouts = sessions({ seed, time, rates, layout: where, machines, isUp: presence(seed, time) });
  return { ground: { seed, time, rates, fleet: founding.fleet, machines, sessions: whereabouts }, where };
}

function population(founding: Founding, row: VariantRow): readonly Machine[] {
  return [
    ...founders(founding),
    ...newcomers(founding),
    ...guests(founding),
    ...rogues(founding, { randomised: row.shares.phone !== undefined }),
  ];
}

function inOrder<T extends Label | Happening>(list: readonly T[]): readonly T[] {
  return list.toSorted((a, b) => a.from - b.from);
}
