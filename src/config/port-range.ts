import { TRANSPORTS } from "../domain/network.ts";
import type { PortRange } from "../domain/planned-change.ts";
import { isPort } from "./values.ts";

/** `8443`, `9000-9010`, `53/udp`; null for any other text. */
export function portRange(text: string): PortRange | null {
  const [numbers = "", name = "tcp", ...rest] = text.split("/");
  const transport = TRANSPORTS.find((one) => one === name);
  const [from = "", to = from, ...more] = numbers.split("-");
  if (transport === undefined || rest.length + more.length > 0 || !isPort(from) || !isPort(to)) return null;
  return Number(from) > Number(to) ? null : { transport, from: Number(from), to: Number(to) };
}
