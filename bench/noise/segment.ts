import { type HostSpec, nmapXml, type NmapXmlSpec } from "../../test/support/nmap-xml.ts";
import { random } from "../churn/world/random.ts";
import { serversOf } from "./hosts.ts";

const TCP = "1-990,3306,5432,6379,8080,8443,9090,3000,4444,8888,5000";
export const TCP_COUNT = 1000;
/** Some UDP ports beside them, so that `open|filtered` can come and go. */
const UDP = "53,123,161";
export const UDP_COUNT = 3;

export const SCANINFO = [
  { type: "syn", protocol: "tcp", services: TCP },
  { type: "udp", protocol: "udp", services: UDP },
];

const FIRST = 1_763_629_200;
const HALF_HOUR = 1800;

/** Which segment: how many servers, and by which chance. */
export interface Shape {
  readonly seed: number;
  readonly hosts: number;
}

/** The segment of the noise suite. */
export interface Segment {
  readonly hosts: readonly HostSpec[];
  /** An address of its network at which nobody is. */
  readonly free: string;
  /** Which of them the row with this number alters. */
  readonly chosen: <T>(row: number, list: readonly T[], many: number) => readonly T[];
  /** The `n`th scan of it (from 0), half an hour apart; addresses without a host are down. */
  readonly scanXml: (n: number, hosts: readonly HostSpec[], changes?: NmapXmlSpec) => string;
}

export function segmentOf({ seed, hosts: count }: Shape): Segment {
  const chance = random("noise", "addresses", seed, count);
  const bits = Math.ceil(Math.log2(count * 1.2));
  const prefix = Math.min(24, 32 - bits);
  const room = 2 ** (32 - prefix);
  const base = `10.${30 + seed}`;
  const places = [...Array(room - 2).keys()].map((i) => `${base}.${Math.floor((i + 1) / 256)}.${(i + 1) % 256}`);
  const [free = "", ...taken] = chance.sample(places, count + 1);
  return {
    hosts: serversOf(seed, taken),
    free,
    chosen: (row, list, many) => random("noise", "row", row, seed, count).sample([...list], many),
    scanXml: scansOf({ network: `${base}.0.0/${prefix}`, addresses: room }),
  };
}

/** Writes scans of a network of so many addresses. */
export function scansOf({ network, addresses }: { network: string; addresses: number }): Segment["scanXml"] {
  return (n, hosts, changes = {}) =>
    nmapXml({
      args: `nmap -sS -sU -sV -O -v --script ssh-hostkey,http-date -oX scan.xml ${network}`,
      scaninfo: SCANINFO,
      start: FIRST + n * HALF_HOUR,
      finished: FIRST + n * HALF_HOUR + 60,
      down: addresses - hosts.length,
      hosts,
      ...changes,
    });
}
