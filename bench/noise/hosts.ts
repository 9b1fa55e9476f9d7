import type { HostSpec, PortSpec, ServiceSpec } from "../../test/support/nmap-xml.ts";
import { type Random, random } from "../churn/world/random.ts";

/** Cards of real vendors: such an address identifies a machine. */
const VENDORS = ["00:1B:21", "00:0C:29", "D4:BE:D9", "3C:52:82", "00:25:90"];
const SSH = ["9.2p1", "8.9p1", "8.4p1", "7.6p1"];
const WEB: readonly (readonly [string, string])[] = [
  ["nginx", "1.22.1"],
  ["nginx", "1.18.0"],
  ["Apache httpd", "2.4.57"],
];
const OTHERS: readonly (readonly [number, ServiceSpec])[] = [
  [5432, { name: "postgresql", product: "PostgreSQL DB", version: "15.3" }],
  [6379, { name: "redis", product: "Redis key-value store", version: "7.0.15" }],
  [3306, { name: "mysql", product: "MariaDB", version: "10.11.6" }],
  [9090, { name: "http", product: "Golang net/http server" }],
];
export const USUAL_OS = "Linux 4.15 - 5.6";
const SYSTEMS = [USUAL_OS, USUAL_OS, USUAL_OS, "Linux 5.0 - 5.14"];
/** Hosts whose silent UDP port can come and go. */
const QUIET = 10;
const DATE = "Fri, 20 Nov 2026 09:30:14 GMT";
/** Of a hundred servers so many serve web pages; the others hold data. */
const WEB_SHARE = 0.7;

/** Servers of a segment, all measured completely. Those of a seed are the same in every run. */
export function serversOf(seed: number, addresses: readonly string[]): readonly HostSpec[] {
  const chance = random("noise", seed, addresses.length);
  const macs = macsOf(chance, addresses.length);
  const quiet = new Set(chance.sample([...addresses], QUIET));
  return addresses.map((address, i) => {
    const name = `app${String(i + 1).padStart(3, "0")}.corp.example`;
    const its = chance.chance(WEB_SHARE) ? web(chance) : data(chance);
    return {
      address,
      mac: macs[i] ?? null,
      names: [name],
      ports: [ssh(name, chance), ...its, ...(quiet.has(address) ? [QUIET_UDP] : [])],
      os: { matches: [{ name: chance.pick(SYSTEMS), accuracy: 100, family: "Linux" }] },
    };
  });
}

/** Independent of the address, so that a host can move with its card. */
function macsOf(chance: Random, count: number): readonly string[] {
  const serials = chance.sample([...Array(2 * count).keys()], count);
  return serials.map((serial) => {
    const hex = serial.toString(16).padStart(4, "0").toUpperCase();
    return `${chance.pick(VENDORS)}:00:${hex.slice(0, 2)}:${hex.slice(2)}`;
  });
}

function ssh(name: string, chance: Random): PortSpec {
  const key = Buffer.from(`host key of ${name}`).toString("base64");
  return {
    port: 22,
    service: { name: "ssh", product: "OpenSSH", version: chance.pick(SSH), extrainfo: "protocol 2.0" },
    scripts: [
      { id: "ssh-hostkey", output: "256 …", value: [{ type: "ssh-ed25519", bits: "256", fingerprint: "00", key }] },
    ],
  };
}

function web(chance: Random): readonly PortSpec[] {
  const [product, version] = chance.pick(WEB);
  const service = { name: "http", product, version };
  return [withDate({ port: 80, service }, DATE), { port: 443, service: { ...service, tunnel: "ssl" } }];
}

function data(chance: Random): readonly PortSpec[] {
  return chance.sample([...OTHERS], 2).map(([port, service]) => ({ port, service }));
}

/** A web server as it answers at this moment. */
export function withDate(port: PortSpec, date: string): PortSpec {
  return { ...port, scripts: [{ id: "http-date", output: `${date}; 0s from local time.`, value: date }] };
}

const QUIET_UDP: PortSpec = { port: 161, proto: "udp", state: "open|filtered", reason: "no-response" };
