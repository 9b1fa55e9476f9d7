import { dayOf, scanAt } from "../calendar.ts";
import { WORK_KINDS } from "../labels/kinds.ts";
import { place, type Stage } from "../labels/place.ts";
import { random } from "../random.ts";
import { workingMoments } from "./moments.ts";
import type { Work } from "./planned.ts";
import { isInWave, waveDay } from "./updates.ts";

/** Planned work that looks like an incident: the same on the wire, and nothing to worry about. */
export function work(
  stage: Stage,
  hosts: number,
): { readonly works: readonly Work[]; readonly dead: ReadonlyMap<string, number> } {
  const { ground } = stage;
  const { seed, time, rates } = ground;
  const chance = random(seed, "work");
  const first = time.judgedFrom / time.perDay;
  const dead = new Map<string, number>();
  const turn = chance.below(WORK_KINDS.length);
  const works = workingMoments(chance, rates.work * hosts, first, time.days).flatMap((at, i) => {
    const kind = WORK_KINDS[(turn + i) % WORK_KINDS.length];
    if (kind === undefined) return [];
    const wanted = scanAt(time, kind.kind === "reinstalled" ? duringPatches(at) : at);
    const placed = place(stage, kind, { id: `${kind.kind}/${i}`, wanted });
    if (placed === null) return [];
    const { machine, from, alteration } = placed;
    const { truth, role } = machine;
    if (alteration.silent === true) dead.set(truth, from);
    const change = { truth, from, edit: alteration.edit };
    const { ports, right } = alteration;
    return [
      { ...{ kind: kind.kind, cause: "work" as const, truth, role, from, ports }, tells: kind.tells, right, change },
    ];
  });
  return { works, dead };

  /** Machines are installed anew while everything is patched anyway. */
  function duringPatches(at: number): number {
    return isInWave(ground, dayOf(time, scanAt(time, at))) ? at : waveDay(ground) + (at % 3);
  }
}
