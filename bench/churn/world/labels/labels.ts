import { labelled, NOTHING, type Planned } from "../plan.ts";
import { random } from "../random.ts";
import { openHighPort } from "./bad-ports.ts";
import { LABEL_KINDS, type LabelKind, OPENINGS } from "./kinds.ts";
import { place, type Placed, placeOn, type Stage } from "./place.ts";

/** At least so many of each kind in a world, and one more per so many hosts above. */
const LEAST = 3;
const HOSTS_EACH = 200;
/** Whatever comes later than this before the end could not be reported in time. */
const LAST_DAYS = 2;

/** All kinds of attacks and breakdowns, spread over machines and over the judged time. */
export function labels(stage: Stage, hosts: number): Planned {
  const count = countOf(hosts);
  const single = LABEL_KINDS.flatMap((kind) =>
    Array.from({ length: count }, (_, i) => {
      const id = `${kind.kind}/${i + 1}`;
      return place(stage, kind, { id, wanted: wantedScan(stage, id) });
    }),
  );
  const all = [...single, ...campaigns(stage, Math.max(2, Math.floor(count / 2)))].filter((placed) => placed !== null);
  return asPlanned(all);
}

export function countOf(hosts: number): number {
  return Math.max(LEAST, Math.round(hosts / HOSTS_EACH));
}

export function wantedScan({ ground: { seed, time } }: Stage, id: string): number {
  const last = Math.max(time.judgedFrom + 1, time.scans - LAST_DAYS * time.perDay);
  return time.judgedFrom + random(seed, "moment", id).below(last - time.judgedFrom);
}

const WEEKLY: LabelKind = {
  kind: "weekly-port",
  alter: openHighPort,
  roles: ["server", "server", "iot", "dev"],
  tells: OPENINGS,
  ends: 0,
};
const WEEK = 7;

/** Somebody who takes their time: one new port a week on the same machine. */
function campaigns(stage: Stage, count: number): readonly Placed[] {
  const { time, seed } = stage.ground;
  return Array.from({ length: count }, (_, i) => {
    const incident = `weekly-port/${i + 1}`;
    const start = time.judgedFrom + random(seed, "moment", incident).below(2 * time.perDay);
    const first = place(stage, WEEKLY, { id: `${incident}/1`, incident, wanted: start });
    if (first === null) return [];
    const { machine } = first;
    const later = [1, 2].map((week) => {
      const wanted = first.from + week * WEEK * time.perDay;
      return placeOn(stage, WEEKLY, { id: `${incident}/${week + 1}`, incident, wanted, machine });
    });
    return [first, ...later.filter((placed) => placed !== null)];
  }).flat();
}

export function asPlanned(all: readonly Placed[]): Planned {
  return {
    ...NOTHING,
    ...labelled(all.map(({ label }) => label)),
    changes: all.flatMap(({ changes }) => changes),
  };
}
