import type { WorldPort } from "../../types.ts";
import { scanAt } from "../calendar.ts";
import { type Draft, type Machine, portKey } from "../machine.ts";
import { type Ground, happening, type Planned, together } from "../plan.ts";
import { random } from "../random.ts";
import { versionBeside } from "../software.ts";
import { workingMoments } from "./moments.ts";

/** A package here and there. Many machines show no version at all: the others make up for them. */
export function updates(ground: Ground): Planned {
  const { machines, rates, time } = ground;
  const shows = (machine: Machine) => machine.ports.some((port) => next(port) !== null);
  const showing = machines.filter(shows);
  const rate = (rates.update * machines.length) / Math.max(1, showing.length);
  return together(
    showing.map((machine) => {
      const chance = random(ground.seed, "updates", machine.truth);
      const candidates = machine.ports.filter((port) => next(port) !== null);
      const at = workingMoments(chance, rate, { first: 0, last: time.days });
      return together(
        at.map((moment) =>
          raised(ground, machine, {
            cause: "update",
            ports: [chance.pick(candidates)],
            from: scanAt(ground.time, moment),
          }),
        ),
      );
    }),
  );
}

const WAVE_DAYS = 3;
const PATCHED = 0.85;
const SSH_AND_WEB = new Set(["OpenSSH", "nginx", "Apache httpd", "Apache Tomcat", "MySQL"]);

/** When the monthly patches begin, in days: in the time that is judged, after the first Monday of it. */
export function waveDay({ seed, time }: Ground): number {
  const first = time.judgedFrom / time.perDay;
  return first + random(seed, "wave").below(Math.max(1, time.days - first - WAVE_DAYS));
}

export function isInWave(ground: Ground, day: number): boolean {
  const first = waveDay(ground);
  return day >= first && day < first + WAVE_DAYS;
}

/** The monthly patches: the same new versions on most machines, spread over three days. */
export function patchWave(ground: Ground): Planned {
  const day = waveDay(ground);
  return together(
    ground.machines.map((machine) => {
      const chance = random(ground.seed, "wave", machine.truth);
      const ports = machine.ports.filter((port) => SSH_AND_WEB.has(port.service?.product ?? "") && next(port) !== null);
      if (ports.length === 0 || machine.role === "iot" || !chance.chance(PATCHED)) return together([]);
      const from = scanAt(ground.time, day + chance.between(0, WAVE_DAYS));
      return raised(ground, machine, { cause: "patch-wave", ports, from });
    }),
  );
}

function raised(
  ground: Ground,
  { truth }: Machine,
  what: { readonly cause: "update" | "patch-wave"; readonly ports: readonly WorldPort[]; readonly from: number },
): Planned {
  const keys = what.ports.map(portKey);
  const edit = (draft: Draft) => keys.forEach((key) => raise(draft, key));
  return {
    ...together([]),
    changes: [{ truth, from: what.from, edit }],
    happenings: [happening(ground, { cause: what.cause, truth, ports: keys, from: what.from, until: null })],
  };
}

function raise({ ports, pinned }: Draft, key: string): void {
  const port = ports.get(key);
  const service = port === undefined ? null : next(port);
  if (port !== undefined && service !== null && !pinned.has(key)) ports.set(key, { ...port, service });
}

function next({ service }: WorldPort) {
  return service === null ? null : versionBeside(service, 1);
}
