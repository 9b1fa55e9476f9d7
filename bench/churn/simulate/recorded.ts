import { writeFileSync } from "node:fs";
import { parseIntervals } from "../../../src/lib/intervals.ts";
import { nmapXml } from "../../../test/support/nmap-xml.ts";
import type { World, WorldScan } from "../types.ts";
import { whatIsLeft } from "./cut.ts";
import { hostSpec, type Question } from "./host-xml.ts";

const SCRIPTS = ["ssh-hostkey", "ssl-cert"];

/**
 * One scan of a world as the file of an nmap that somebody else started: everything in one run, hosts that are down only
 * counted, nobody asked twice.
 */
function recordedXml(world: World, scan: WorldScan, addresses: number): string {
  const [start, finished] = [Math.floor(scan.start / 1000), Math.floor(scan.end / 1000)];
  const question: Question = {
    transport: "tcp",
    ports: parseIntervals(world.tcp) ?? [],
    closedReason: "reset",
    services: true,
    scripts: SCRIPTS,
    osDetection: true,
    names: true,
    start,
    end: finished,
    srtt: scan.rttMicros,
  };
  const xml = nmapXml({
    args: `nmap -sS -sV -O --script ${SCRIPTS.join(",")} -p ${world.tcp} -oX scan.xml ${world.targets.join(" ")}`,
    scaninfo: [{ type: "syn", protocol: "tcp", services: world.tcp }],
    start,
    finished,
    down: addresses - scan.up.length,
    hosts: scan.up.map((host) => hostSpec(host, question)),
  });
  return whatIsLeft(xml, scan.fault);
}

export function writeRecorded(
  file: string,
  world: World,
  given: { readonly scan: WorldScan; readonly addresses: number },
): void {
  writeFileSync(file, recordedXml(world, given.scan, given.addresses), "latin1");
}
