import type { HostBaseline } from "./baseline.ts";
import { portKnown } from "./maturity.ts";
import { portKey } from "./network.ts";
import type { HostObservation } from "./observation.ts";
import { askedPorts } from "./port-burst.ts";

/** Of a host never seen before so many ports must have been asked: a short list is chosen to fit such hosts. */
const ENOUGH_OF_STRANGERS = 100;
/** And of a known one so many must be open that were not. */
const FEWEST_NEW = 5;

/**
 * Whether something answers in the place of a host: open on half of what was asked or more, where that is not normal.
 * On most hosts of a segment at once it is one middlebox (SYN proxy, tarpit, captive portal) on the path.
 */
export function answersEverywhere(observation: HostObservation, known: HostBaseline | null): boolean {
  if (observation.allPortsOpen !== null) return known?.fields.get("all_ports_open")?.value !== "yes";
  const asked = askedPorts(observation);
  const open = observation.ports.filter((port) => port.state === "open");
  if (known === null) return asked >= ENOUGH_OF_STRANGERS && open.length >= asked / 2;
  const fresh = open.filter((port) => known.ports.get(portKey(port))?.reference !== "open" && portKnown(known, port));
  return fresh.length >= Math.max(FEWEST_NEW, asked / 2);
}
