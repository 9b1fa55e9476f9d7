import type { WorldPort } from "../../types.ts";
import { CORPORATE, certificateOf, PUBLIC, ssh, tcp } from "../ports.ts";
import type { LineName } from "../software.ts";
import { systemOf } from "../systems.ts";
import { type Blueprint, type Draw, numbered } from "./blueprint.ts";

/** What a server is for decides its ports. */
type Purpose = (draw: Named) => readonly WorldPort[];

/** With the name that its certificates have. */
interface Named extends Draw {
  readonly name: string;
}

const web = (line: LineName): Purpose => {
  return (draw) => [plain(draw, 80, line), https(draw, 443, line)];
};

const LINUX: readonly Purpose[] = [
  web("nginx"),
  web("nginx"),
  web("apache"),
  (draw) => [plain(draw, 8080, "tomcat"), https(draw, 8443, "tomcat")],
  (draw) => [plain(draw, 3306, "mysql"), tcp(33060, null)],
  (draw) => [plain(draw, 3306, "mariadb")],
  (draw) => [plain(draw, 5432, "postgres")],
  (draw) => [plain(draw, 6379, "redis")],
  (draw) => [plain(draw, 25, "postfix"), plain(draw, 143, "dovecot"), https(draw, 993, "dovecot")],
  (draw) => [plain(draw, 53, "bind")],
  (draw) => [plain(draw, 139, "samba"), plain(draw, 445, "samba"), plain(draw, 21, "vsftpd")],
  (draw) => [plain(draw, 3000, "go"), plain(draw, 9090, "go"), https(draw, 443, "caddy")],
  (draw) => [plain(draw, 8080, "jenkins"), tcp(50000, null), https(draw, 443, "nginx")],
  (draw) => [plain(draw, 8000, "gunicorn"), https(draw, 443, "nginx")],
  (draw) => [plain(draw, 9092, "go"), tcp(2181, null), https(draw, 8443, "jetty")],
];

const WINDOWS: readonly Purpose[] = [
  (draw) => [plain(draw, 80, "iis"), https(draw, 443, "iis")],
  (draw) => [plain(draw, 1433, "mssql")],
  (draw) => [plain(draw, 53, "bind"), plain(draw, 88, "kerberos"), plain(draw, 389, "ldap"), tcp(464, null)],
  () => [],
];

const VERSATILE = 0.25;
const WINDOWS_SHARE = 0.25;
const MONITORED = 0.6;

export function server(draw: Draw): Blueprint {
  const { chance } = draw;
  const windows = chance.chance(WINDOWS_SHARE);
  const name = numbered(windows ? "win" : "srv", draw.n);
  return {
    name: chance.chance(0.97) ? name : null,
    vendor: chance.pick(["vmware", "vmware", "superMicro", "dell", "hewlett"]),
    ports: windows ? windowsPorts({ ...draw, name }) : linuxPorts({ ...draw, name }),
    os: systemOf(windows ? "windowsServer" : chance.pick(["linux", "linux", "linux6"])),
    windows,
    leased: false,
  };
}

function linuxPorts(draw: Named): readonly WorldPort[] {
  const { chance, fleet, truth } = draw;
  const purposes = [chance.pick(LINUX), ...(chance.chance(VERSATILE) ? [chance.pick(LINUX)] : [])];
  return unique([
    ssh(22, fleet.service(chance.chance(0.7) ? "debianSsh" : "ubuntuSsh", truth), truth),
    ...(chance.chance(MONITORED) ? [plain(draw, 9100, "go")] : []),
    ...purposes.flatMap((purpose) => purpose(draw)),
  ]);
}

function windowsPorts(draw: Named): readonly WorldPort[] {
  const purpose = draw.chance.pick(WINDOWS);
  return unique([
    plain(draw, 135, "msrpc"),
    plain(draw, 139, "netbios"),
    plain(draw, 445, "smb"),
    https(draw, 3389, "rdp"),
    plain(draw, 5985, "httpapi"),
    plain(draw, 47001, "httpapi"),
    ...Array.from({ length: 6 }, (_, i) => plain(draw, 49664 + i, "msrpc")),
    ...purpose(draw),
  ]);
}

export function plain({ fleet, truth }: Draw, number: number, line: LineName): WorldPort {
  return tcp(number, fleet.service(line, truth));
}

function https({ fleet, truth, name }: Named, number: number, line: LineName): WorldPort {
  const authority = number === 443 ? PUBLIC : CORPORATE;
  return tcp(number, fleet.secure(line, truth), { certificate: certificateOf(name, authority, fleet.seed) });
}

/** A machine with two purposes has each port once. */
export function unique(ports: readonly WorldPort[]): readonly WorldPort[] {
  return [...new Map(ports.map((port) => [port.number, port])).values()].toSorted((a, b) => a.number - b.number);
}
