import type { WorldPort } from "../types.ts";
import type { Fleet } from "./fleet.ts";
import type { Machine } from "./machine.ts";
import { certificateOf, MONTHLY, SHORT, tcp } from "./ports.ts";

/** Where a further service of a machine listens. */
const FIRST_PORT = 8443;

/** Certificates for a month or 47 days on so many services, spread over the servers; half of them of each kind. */
export function withShortCertificates(machines: readonly Machine[], fleet: Fleet, count: number): readonly Machine[] {
  const isServer = ({ role, guest, born }: Machine) => role === "server" && !guest && born === 0;
  const servers = machines.filter(isServer).length;
  if (count === 0 || servers === 0) return machines;
  let [server, left] = [0, count];
  return machines.map((machine) => {
    if (!isServer(machine)) return machine;
    // What does not divide evenly goes to the first ones.
    const here = Math.ceil(left / (servers - server++));
    left -= here;
    return { ...machine, ports: renewedOften(machine, fleet, here) };
  });
}

function renewedOften({ ports, truth }: Machine, fleet: Fleet, count: number): readonly WorldPort[] {
  const lasting = ports.filter(({ certificate }) => certificate === null);
  const secure = ports.filter(({ certificate }) => certificate !== null).slice(0, count);
  const taken = new Set(lasting.concat(secure).map(({ number }) => number));
  const free = Array.from({ length: count + taken.size }, (_, i) => FIRST_PORT + i).filter((n) => !taken.has(n));
  const added = free.slice(0, count - secure.length).map((number) => tcp(number, fleet.secure("go", truth)));
  const renewed = [...secure, ...added].map((port, i): WorldPort => {
    const authority = i % 2 === 0 ? MONTHLY : SHORT;
    return { ...port, certificate: certificateOf(`${truth}-${port.number}.corp.example`, authority, fleet.seed) };
  });
  return [...lasting, ...renewed].toSorted((a, b) => a.number - b.number);
}
