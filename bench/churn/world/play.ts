import type { ScanFault, WorldHost, WorldScan } from "../types.ts";
import { orderOf } from "./addresses.ts";
import { type Calendar, endOf, startOf } from "./calendar.ts";
import { type Change, type Draft, draftOf, type Machine } from "./machine.ts";
import { observed } from "./noise.ts";
import { random } from "./random.ts";
import type { Noise } from "./rates.ts";
import type { Session, Sessions } from "./sessions.ts";

/** All that is needed to show a world scan by scan. */
export interface Script {
  readonly seed: number;
  readonly time: Calendar;
  readonly noise: Noise;
  readonly machines: readonly Machine[];
  readonly sessions: Sessions;
  readonly changes: ReadonlyMap<string, readonly Change[]>;
  readonly faults: ReadonlyMap<number, ScanFault>;
  /** What stands between the scanner and the segment. */
  readonly inBetween: (hosts: readonly WorldHost[], n: number) => readonly WorldHost[];
}

const USUAL_RTT = 420;
const OVERLOAD_RTT = 65_000;

/** Scan after scan; only the present state of each machine is kept. */
export function* play(script: Script): Generator<WorldScan> {
  const actors = script.machines.map((machine) => actor(machine, script));
  for (let n = 0; n < script.time.scans; n++) {
    const there = actors.flatMap((at) => at(n) ?? []).toSorted((a, b) => orderOf(a.address) - orderOf(b.address));
    yield scan(script, n, there);
  }
}

/** The machine as it is in each scan, asked in the order of the scans. */
function actor(machine: Machine, script: Script): (n: number) => WorldHost | null {
  const draft = draftOf(machine);
  const changes = script.changes.get(machine.truth) ?? [];
  const sessions = script.sessions.of(machine.truth);
  let [done, current] = [0, 0];
  let ports: WorldHost["ports"] | null = null;
  return (n) => {
    for (let next = changes[done]; next !== undefined && next.from <= n; next = changes[++done]) {
      next.edit(draft);
      ports = null;
    }
    while (sessions[current] !== undefined && (sessions[current]?.until ?? 0) <= n) current++;
    const session = sessions[current];
    if (session === undefined || session.from > n || draft.silent) return null;
    ports ??= [...draft.ports.values()].toSorted((a, b) => a.number - b.number);
    return hostOf(machine, { draft, session, ports });
  };
}

function hostOf(
  machine: Machine,
  at: { readonly draft: Draft; readonly session: Session; readonly ports: WorldHost["ports"] },
): WorldHost {
  const { mac, macVendor } = at.draft.mac ?? at.session;
  return {
    truth: machine.truth,
    role: machine.role,
    address: at.session.address,
    mac,
    macVendor,
    name: machine.name,
    ports: at.ports,
    os: at.draft.os,
  };
}

function scan(script: Script, n: number, there: readonly WorldHost[]): WorldScan {
  const { seed, time, noise } = script;
  const fault = script.faults.get(n) ?? "none";
  const truth = script.inBetween(fault === "half-lost" ? reachable(there, seed, n) : there, n);
  const seen = truth.flatMap((host) => observed(host, noise, { seed, n }) ?? []);
  const rtt = fault === "overload" ? OVERLOAD_RTT : USUAL_RTT;
  return {
    n,
    start: startOf(time, n),
    end: endOf(time, n),
    fault,
    rttMicros: Math.round(rtt * random(seed, "rtt", n).between(0.8, 1.25)),
    up: fault === "overload" ? seen.flatMap((host) => overloaded(host, seed, n) ?? []) : seen,
    truth,
  };
}

/** One of the two switches is dead, and with it whoever hangs on it. */
function reachable(hosts: readonly WorldHost[], seed: number, n: number): readonly WorldHost[] {
  const side = random(seed, "switch", n).chance(0.5);
  return hosts.filter(({ truth }) => random(seed, "side", truth).chance(0.5) === side);
}

const LOST_HOSTS = 0.15;
const LOST_PORTS = 0.2;

/** Too many packets for the network: answers get lost. */
function overloaded(host: WorldHost, seed: number, n: number): WorldHost | null {
  const chance = random(seed, "overload", n, host.truth);
  if (chance.chance(LOST_HOSTS)) return null;
  return { ...host, ports: host.ports.filter(() => !chance.chance(LOST_PORTS)), os: null };
}
