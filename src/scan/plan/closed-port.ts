import type { HostObservation } from "../../domain/observation.ts";
import { includes, type Intervals } from "../../lib/intervals.ts";

/** A closed TCP port of the host: listed, or one of those that nmap only counted when all the others are closed. */
export function closedPort(host: HostObservation, guarded: Intervals, asked: Intervals): number | null {
  const listed = host.ports.filter((port) => port.transport === "tcp" && !includes(guarded, port.number));
  const closed = listed.find((port) => port.state === "closed");
  if (closed !== undefined) return closed.number;
  if (host.otherStates.length === 0 || host.otherStates.some((other) => other.state !== "closed")) return null;
  const named = new Set(host.ports.map((port) => port.number));
  return firstOf(asked, (port) => !named.has(port) && !includes(guarded, port));
}

/** The lowest port that fits. A plan may ask tens of thousands, so they are not written out for every host. */
function firstOf(ports: Intervals, fits: (port: number) => boolean): number | null {
  for (const [from, to] of ports) {
    for (let port = from; port <= to; port++) if (fits(port)) return port;
  }
  return null;
}
