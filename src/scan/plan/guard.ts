import type { HostObservation } from "../../domain/observation.ts";
import { fromNumbers, includes, type Intervals, normalise, union } from "../../lib/intervals.ts";

/**
 * Ports whose services treat any byte as a command: printers print it, controllers may stop. They get a SYN and
 * nothing else, whatever host. nmap itself spares 9100–9107 from `-sV`, but not from scripts. Sources: nmap's
 * `Exclude` line; field reports for Modbus, S7, EtherNet/IP, DNP3, BACnet; the last two rows are a precaution.
 */
export const GUARDED: Intervals = normalise([
  [9100, 9107], // raw printing
  [502, 502], // Modbus
  [102, 102], // S7, IEC 61850 MMS
  [44_818, 44_818], // EtherNet/IP
  [20_000, 20_000], // DNP3
  [47_808, 47_808], // BACnet
  [1911, 1911], // Niagara Fox
  [4911, 4911], // Niagara Fox over TLS
  [9600, 9600], // Omron FINS
  [2404, 2404], // IEC 60870-5-104
  [1962, 1962], // PCWorx
  [17_185, 17_185], // VxWorks WDB
  ...fromNumbers([789, 2222, 4840, 18_245, 20_547, 34_962, 34_963, 34_964]), // further controllers
  ...fromNumbers([104, 11_112, 2575]), // DICOM, HL7
]);

/** Printing services that are safe to ask on a server and not on a printer. */
const PRINTING: Intervals = fromNumbers([515, 631]);
const RAW_PRINTING: Intervals = [[9100, 9107]];

/** Ports of this host that may be probed for their state only. A host with an open raw printing port is a printer. */
export function guardedPorts(host: HostObservation): Intervals {
  const printer = host.ports.some((port) => port.state === "open" && includes(RAW_PRINTING, port.number));
  return printer ? union(GUARDED, PRINTING) : GUARDED;
}

export function hasGuarded(ports: Intervals): boolean {
  return GUARDED.some(([from, to]) => ports.some(([low, high]) => low <= to && high >= from));
}
