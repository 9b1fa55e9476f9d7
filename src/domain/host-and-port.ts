import { parseCidr } from "../lib/ip.ts";
import { portRefOf, portText } from "./network.ts";

export interface HostAndPort {
  /** Whatever stands for a host: an address, a name, an id. */
  readonly host: string;
  /** As people write it, `22/tcp`; null: none was given. */
  readonly port: string | null;
}

/** `10.0.0.5`, `web1:22`, `10.0.0.5:53/udp`, `[2001:db8::5]:22` → host and port; null: it is not written so. */
export function hostAndPort(text: string): HostAndPort | null {
  if (parseCidr(text) !== null) return { host: text, port: null };
  const split = /^\[([^\]]+)\](?::(.+))?$/.exec(text) ?? /^([^:[\]]+)(?::(.+))?$/.exec(text);
  if (split === null) return null;
  const [, host = "", port] = split;
  if (port === undefined) return { host, port: null };
  const ref = portRefOf(port.includes("/") ? port : `${port}/tcp`);
  return ref === null ? null : { host, port: portText(ref) };
}
