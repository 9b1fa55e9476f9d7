import { type HostSpec, nmapXml, type NmapXmlSpec, type PortSpec } from "../support/nmap-xml.ts";

const START = 1_763_629_200;
/** Begin of the first recording, UTC ms. */
export const START_MS = START * 1000;
const HALF_HOUR = 1800;
const ARGS = "nmap -sS -sV -O --script ssh-hostkey,ssl-cert -oX scan.xml 10.0.0.0/24";

/** One recorded file of a series: its hosts, or a whole document where more than the hosts matters. */
export type Recording = readonly HostSpec[] | NmapXmlSpec | string | Uint8Array;

/** The `n`th file of a series (from 0), half an hour after the one before. */
export function xmlOf(recording: Recording, n: number): string | Uint8Array {
  if (typeof recording === "string" || recording instanceof Uint8Array) return recording;
  const spec: NmapXmlSpec = "length" in recording ? { hosts: recording } : recording;
  const start = START + n * HALF_HOUR;
  return nmapXml({ args: ARGS, start, finished: start + 60, ...spec });
}

export const open = (...ports: number[]): readonly PortSpec[] => ports.map((port) => ({ port }));

export function host(address: string, ports: readonly PortSpec[] = open(22), more: Partial<HostSpec> = {}): HostSpec {
  return { address, ports, ...more };
}
