import { formatIntervals, fromNumbers, parseIntervals, toNumbers } from "../lib/intervals.ts";
import { type PortRef, TRANSPORTS } from "./network.ts";

/** `21-23,80,udp:53`: TCP as nmap spells it, other transports by name. */
export function portListText(ports: readonly PortRef[]): string {
  const lists = TRANSPORTS.flatMap((transport) => {
    const numbers = ports.filter((port) => port.transport === transport).map((port) => port.number);
    const text = formatIntervals(fromNumbers(numbers));
    if (text === "") return [];
    return [transport === "tcp" ? text : `${transport}:${text}`];
  });
  return lists.join(",");
}

/** The inverse of {@link portListText}; what is not a list holds no ports. */
export function portsOfList(text: string): readonly PortRef[] {
  let transport: PortRef["transport"] = "tcp";
  return text.split(",").flatMap((part) => {
    const [numbers = "", name] = part.split(":").toReversed();
    transport = TRANSPORTS.find((one) => one === name) ?? transport;
    const of = transport;
    return toNumbers(parseIntervals(numbers) ?? []).map((number) => ({ transport: of, number }));
  });
}
