import { includes, parseIntervals } from "../../../src/lib/intervals.ts";
import type { Label, ScanFault } from "../types.ts";
import { labels } from "./labels/labels.ts";
import type { Stage } from "./labels/place.ts";
import { rogueLabels } from "./labels/rogues.ts";
import { boots } from "./life/boots.ts";
import { devPorts, nodePorts } from "./life/come-and-go.ts";
import { visits } from "./life/guests.ts";
import { newHosts } from "./life/new-hosts.ts";
import { announced, plannedPorts, removedPorts, type Work } from "./life/planned.ts";
import { renewals } from "./life/renewals.ts";
import { patchWave, updates } from "./life/updates.ts";
import { work } from "./life/work.ts";
import { changesByMachine } from "./machine.ts";
import { type Ground, together } from "./plan.ts";
import { type Special, special } from "./special/special.ts";
import type { VariantRow } from "./variants.ts";

/** All that happens: ordinary life first, then what must be told, then what people plan and what is special here. */
export function plot(
  ground: Ground,
  row: VariantRow,
  at: {
    readonly hosts: number;
    readonly faults: ReadonlyMap<number, ScanFault>;
    readonly addresses: readonly string[];
  },
): Special {
  const life = ordinary(ground);
  const removed = removedPorts(ground, life.changes);
  const planned = [...plannedPorts(ground), ...removed, ...newHosts(ground)];
  const known = [...life.changes, ...planned.flatMap(({ change }) => change ?? [])];
  // A service that is taken away cannot be attacked as well.
  const taken = new Set(removed.map(({ truth }) => truth));
  const stage: Stage = { ground, faults: at.faults, asks: asksOf(row.tcp), life: changesByMachine(known), taken };
  const bad = labels(stage, at.hosts);
  const works = [...planned, ...work(stage, at.hosts)].flatMap((one) => shown(stage, bad.labels, one));
  const exceptional = special(stage, row, at.addresses);
  const parts = [life, announced(ground, works), bad, rogueLabels(ground, at.faults), exceptional];
  return { ...together(parts), inBetween: exceptional.inBetween };
}

function asksOf(tcp: string): Stage["asks"] {
  const asked = parseIntervals(tcp) ?? [];
  return (number) => includes(asked, number);
}

/**
 * Work shows in the first whole scan that can see its machine; what is done to a dead one nobody sees. A new machine
 * waits for nothing: a broken scan may see it, too.
 */
function shown({ ground, faults }: Stage, bad: readonly Label[], one: Work): readonly Work[] {
  const { time, sessions } = ground;
  const died = bad.find(({ kind, truth }) => kind === "dead-server" && truth === one.truth)?.from ?? Infinity;
  const end = Math.min(time.scans, died);
  for (let from = one.from; from < end; from++) {
    if ((one.change !== null && faults.has(from)) || sessions.at(one.truth, from) === null) continue;
    return [{ ...one, from, change: one.change === null ? null : { ...one.change, from } }];
  }
  return [];
}

function ordinary(ground: Ground) {
  return together([
    nodePorts(ground),
    devPorts(ground),
    boots(ground),
    updates(ground),
    patchWave(ground),
    renewals(ground),
    visits(ground),
  ]);
}
