import { dayOf, scanAt } from "../calendar.ts";
import { type LabelKind, WORK_KINDS } from "../labels/kinds.ts";
import { place, type Placed, type Stage } from "../labels/place.ts";
import type { Ground } from "../plan.ts";
import { random } from "../random.ts";
import { workingMoments } from "./moments.ts";
import type { Work } from "./planned.ts";
import { isInWave, waveDay } from "./updates.ts";

/** Planned work that looks like an incident: the same on the wire, and nothing to worry about. */
export function work(stage: Stage, hosts: number): readonly Work[] {
  const { ground } = stage;
  const { seed, time, rates } = ground;
  const chance = random(seed, "work");
  const kinds = chance.sample(WORK_KINDS, WORK_KINDS.length);
  const span = { first: time.judgedFrom / time.perDay, last: time.days };
  return workingMoments(chance, rates.work * hosts, span).flatMap((at, i) => {
    const kind = kinds[i % kinds.length];
    if (kind === undefined) return [];
    const wanted = scanAt(time, kind.kind === "reinstalled" ? duringPatches(ground, at) : at);
    const placed = place(stage, kind, { id: `${kind.kind}/${i}`, wanted });
    return placed === null ? [] : [workOf(kind, placed)];
  });
}

/** Machines are installed again while everything is patched anyway. */
function duringPatches(ground: Ground, at: number): number {
  const day = dayOf(ground.time, scanAt(ground.time, at));
  return isInWave(ground, day) ? at : waveDay(ground) + (at % 1);
}

function workOf({ kind, tells }: LabelKind, { machine, from, alteration }: Placed): Work {
  const { truth, role } = machine;
  const { ports, right, edit } = alteration;
  return { kind, cause: "work", truth, role, from, ports, tells, right, change: { truth, from, edit } };
}
