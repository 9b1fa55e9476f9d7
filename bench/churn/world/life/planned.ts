import type { Cause, HostRole, Label, WorldPort } from "../../types.ts";
import { scanAt } from "../calendar.ts";
import { type Change, type Draft, type Machine, portKey } from "../machine.ts";
import { addressesOf, draftAt, type Ground, happening, type Planned, together } from "../plan.ts";
import { tcp } from "../ports.ts";
import { type Random, random } from "../random.ts";
import type { LineName } from "../software.ts";
import { type Span, workingMoments } from "./moments.ts";

/** What somebody planned: true, harmless, and told to nobody unless it is announced. */
export interface Work {
  readonly kind: string;
  readonly cause: Cause;
  readonly truth: string;
  readonly role: HostRole;
  readonly from: number;
  readonly ports: readonly string[];
  readonly tells: readonly string[];
  readonly right: Label["right"];
  readonly change: Change | null;
}

const NUMBERS = [
  8080, 8443, 9090, 9100, 3000, 8081, 9000, 5601, 9093, 8000, 8888, 4443, 5044, 9200, 5672, 15672, 1883, 111, 2049,
  9187,
];
/** The numbers that planned services take most. */
export const PLANNED_NUMBERS: readonly number[] = NUMBERS;
const USUAL_NUMBER = 0.75;
const UNIDENTIFIED = 0.3;
const LINES: readonly LineName[] = ["go", "nginx", "apache", "tomcat", "jetty", "express", "gunicorn", "mosquitto"];

/** New services of servers. */
export function plannedPorts(ground: Ground): readonly Work[] {
  return servers(ground).flatMap((machine) => {
    const chance = random(ground.seed, "planned", machine.truth);
    return workingMoments(chance, ground.rates.plannedPort, whole(ground)).map((at) =>
      newPort(ground, machine, { chance, from: scanAt(ground.time, at) }),
    );
  });
}

function newPort(
  ground: Ground,
  machine: Machine,
  { chance, from }: { readonly chance: Random; readonly from: number },
): Work {
  const taken = new Set(machine.ports.map(({ number }) => number));
  const free = NUMBERS.filter((number) => !taken.has(number));
  const number = chance.chance(USUAL_NUMBER) ? chance.pick(free) : 1024 + chance.below(8_976);
  const line = chance.pick(LINES);
  const port = tcp(number, chance.chance(UNIDENTIFIED) ? null : ground.fleet.service(line, machine.truth));
  return {
    kind: "planned-port",
    cause: "planned-port",
    truth: machine.truth,
    role: machine.role,
    from,
    ports: [portKey(port)],
    tells: ["port-opened", "ports-opened", "port-spread"],
    right: { field: "state", from: "closed", to: "open" },
    change: { truth: machine.truth, from, edit: opens(port) },
  };
}

function opens(port: WorldPort): (draft: Draft) => void {
  return ({ ports }) => void (ports.has(portKey(port)) || ports.set(portKey(port), port));
}

function closes(key: string): (draft: Draft) => void {
  return ({ ports, pinned }) => void (pinned.has(key) || ports.delete(key));
}

/** Services of servers that nobody needs any more. */
export function removedPorts(ground: Ground, changes: readonly Change[]): readonly Work[] {
  return servers(ground).flatMap((machine) => {
    const chance = random(ground.seed, "removed", machine.truth);
    const removed = new Set<string>();
    return workingMoments(chance, ground.rates.removedPort, whole(ground)).flatMap((at) => {
      const from = scanAt(ground.time, at);
      const open = [...draftAt(machine, changes, from).ports.keys()].filter((key) => !removed.has(key));
      if (open.length <= 1) return [];
      const key = chance.pick(open);
      removed.add(key);
      return [removal(machine, key, from)];
    });
  });
}

function removal({ truth, role }: Machine, key: string, from: number): Work {
  return {
    kind: "removed-port",
    cause: "removed-port",
    truth,
    role,
    from,
    ports: [key],
    tells: ["port-closed"],
    right: { field: "state", from: "open", to: "closed" },
    change: { truth, from, edit: closes(key) },
  };
}

function whole({ time }: Ground): Span {
  return { first: 0, last: time.days };
}

function servers({ machines }: Ground): readonly Machine[] {
  return machines.filter(({ role, guest }) => role === "server" && !guest);
}

/** How long before and after its moment an announced change is expected, in days. */
const NOTICE = 0.5;
const GRACE = 1;

/** Exactly half is announced, before the judged time and in it: of each pair of neighbours of a kind, either. */
export function announced(ground: Ground, works: readonly Work[]): Planned {
  const { time } = ground;
  const inTime = works.filter(({ from }) => from < time.scans);
  const periods = [inTime.filter((w) => w.from < time.judgedFrom), inTime.filter((w) => w.from >= time.judgedFrom)];
  return together(
    periods.map((period) => {
      const ordered = period.toSorted((a, b) => a.kind.localeCompare(b.kind, "en") || a.from - b.from);
      const chance = random(ground.seed, "announced", ordered.length);
      let first = false;
      return together(
        ordered.map((work, i) => {
          if (i % 2 === 0) first = chance.chance(0.5);
          return told(ground, work, i % 2 === 0 ? first : !first);
        }),
      );
    }),
  );
}

function told(ground: Ground, work: Work, isAnnounced: boolean): Planned {
  const { truth, from, ports, kind } = work;
  const id = `${kind}/${truth}/${from}`;
  const addresses = addressesOf(ground, truth, { from, until: null });
  const { perDay } = ground.time;
  const label: Label = {
    id,
    incident: id,
    kind,
    truth,
    role: work.role,
    addresses,
    ports,
    from,
    until: null,
    tells: work.tells,
    right: work.right,
    benign: true,
    announced: isAnnounced,
  };
  const [address = ""] = addresses;
  const time = { from: Math.max(0, from - Math.ceil(NOTICE * perDay)), until: from + Math.ceil(GRACE * perDay) };
  return {
    changes: work.change === null ? [] : [work.change],
    happenings: [happening(ground, { cause: work.cause, truth, ports, from, until: null })],
    labels: from < ground.time.judgedFrom ? [] : [label],
    announcements: isAnnounced ? [{ ...time, address, ports, label: id }] : [],
  };
}
