import type { Cause, WorldPort, WorldService } from "../../types.ts";
import { scanAt } from "../calendar.ts";
import { type Machine, portKey } from "../machine.ts";
import { type Ground, happening, type Planned, together } from "../plan.ts";
import { tcp } from "../ports.ts";
import { type Random, random } from "../random.ts";
import type { LineName } from "../software.ts";
import { moments, workingMoments } from "./moments.ts";

const UNIDENTIFIED = 0.35;
/** Ports that were open already when the world began. */
const BEFORE = 4;

/** NodePorts of Kubernetes: any number of the range, open for about a day. */
export function nodePorts(ground: Ground): Planned {
  const lines: readonly LineName[] = ["go", "nginx", "express", "gunicorn", "tomcat"];
  return together(
    ground.machines
      .filter(({ role }) => role === "kubernetes-node")
      .map((machine) => {
        const chance = random(ground.seed, "nodeports", machine.truth);
        const { nodePorts: perDay, nodePortDays: days } = ground.rates;
        const opened = moments(chance, perDay, { first: -BEFORE * days, last: ground.time.days });
        return together(
          opened.map((at) => {
            const port = tcp(30_000 + chance.below(2_768), serviceOf(ground, machine, { chance, lines }));
            return visit(ground, machine, { cause: "nodeport", port, at, days: chance.wait(days) });
          }),
        );
      }),
  );
}

const HABITS = [3000, 3001, 4200, 5000, 5173, 6006, 8000, 8080, 8081, 8888, 9229];

/** What developers start and stop: each has favourite numbers, and now and then takes another one. */
export function devPorts(ground: Ground): Planned {
  const lines: readonly LineName[] = ["express", "werkzeug", "simpleHttp", "go", "gunicorn"];
  return together(
    ground.machines
      .filter(({ role }) => role === "dev")
      .map((machine) => {
        const chance = random(ground.seed, "dev ports", machine.truth);
        const favourites = chance.sample(HABITS, 3);
        const opened = workingMoments(chance, ground.rates.devPorts, { first: 0, last: ground.time.days });
        return together(
          opened.map((at) => {
            const number = chance.chance(0.85) ? chance.pick(favourites) : 1024 + chance.below(8_976);
            const port = tcp(number, serviceOf(ground, machine, { chance, lines }));
            return visit(ground, machine, { cause: "dev-port", port, at, days: chance.wait(ground.rates.devPortDays) });
          }),
        );
      }),
  );
}

function serviceOf(
  { fleet }: Ground,
  { truth }: Machine,
  { chance, lines }: { readonly chance: Random; readonly lines: readonly LineName[] },
): WorldService | null {
  return chance.chance(UNIDENTIFIED) ? null : fleet.service(chance.pick(lines), truth);
}

/** A port that is open for a while; nothing where no scan falls into that while. */
function visit(
  ground: Ground,
  machine: Machine,
  what: { readonly cause: Cause; readonly port: WorldPort; readonly at: number; readonly days: number },
): Planned {
  const { cause, port, at, days } = what;
  const [from, until] = [scanAt(ground.time, at), scanAt(ground.time, at + days)];
  if (from >= until || from >= ground.time.scans) return together([]);
  const key = portKey(port);
  const { truth } = machine;
  return {
    changes: [
      { truth, from, edit: ({ ports }) => void (ports.has(key) || ports.set(key, port)) },
      { truth, from: until, edit: ({ ports }) => void (ports.get(key) === port && ports.delete(key)) },
    ],
    happenings: [happening(ground, { cause, truth, ports: [key], from, until })],
    labels: [],
    announcements: [],
  };
}
