import type { Label, WorldHost, WorldPort } from "../../types.ts";
import type { Stage } from "../labels/place.ts";
import { wantedScan } from "../labels/labels.ts";
import { labelled, NOTHING } from "../plan.ts";
import { tcp } from "../ports.ts";
import { portList } from "./port-list.ts";
import type { Special } from "./special.ts";

/** For a day. */
const DAYS = 1;
/** It also answers for some addresses where nobody is. */
const EMPTY = 60;

/** A box on the way that accepts every connection for everybody before it asks whether somebody is there. */
export function synProxy(stage: Stage, asked: string, addresses: readonly string[]): Special {
  const { time } = stage.ground;
  const from = wholeScan(stage, wantedScan(stage, "syn-proxy"));
  const until = Math.min(time.scans, from + DAYS * time.perDay);
  const open = portList(asked).map((number) => tcp(number, null));
  const all = addresses.slice(0, EMPTY).map((address) => nobody(address, open));
  const inBetween: Special["inBetween"] = (hosts, n) => {
    if (n < from || n >= until) return hosts;
    const taken = new Set(hosts.map(({ address }) => address));
    return [...hosts.map((host) => answered(host, open)), ...all.filter(({ address }) => !taken.has(address))];
  };
  return { ...NOTHING, ...labelled([labelOf(addresses, from, until)]), inBetween };
}

/** The first scan from then on that is not broken. */
export function wholeScan({ faults, ground }: Stage, wanted: number): number {
  for (let n = wanted; n < ground.time.scans; n++) if (!faults.has(n)) return n;
  return wanted;
}

/** What really listens is identified as ever, behind the rest nobody is. */
function answered(host: WorldHost, open: readonly WorldPort[]): WorldHost {
  const real = new Map(host.ports.map((port) => [port.number, port]));
  const asked = new Set(open.map(({ number }) => number));
  const others = host.ports.filter(({ number }) => !asked.has(number));
  return { ...host, ports: [...open.map((port) => real.get(port.number) ?? port), ...others] };
}

function nobody(address: string, ports: readonly WorldPort[]): WorldHost {
  const truth = `nobody at ${address}`;
  return { truth, role: "server", address, mac: null, macVendor: null, name: null, ports, os: null };
}

function labelOf(addresses: readonly string[], from: number, until: number): Label {
  return {
    id: "syn-proxy",
    incident: "syn-proxy",
    kind: "syn-proxy",
    truth: "segment",
    role: "server",
    addresses,
    ports: [],
    from,
    until,
    tells: ["path-intercepted", "all-ports-open"],
    right: { field: null, from: null, to: null },
    benign: false,
    announced: false,
  };
}
