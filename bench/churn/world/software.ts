import type { WorldService } from "../types.ts";

/** A product as nmap names it, with its versions from old to new; no version where nmap finds none. */
interface Line {
  readonly name: string;
  readonly product: string;
  readonly extraInfo?: string;
  readonly versions?: readonly string[];
}

const LINES = {
  debianSsh: {
    name: "ssh",
    product: "OpenSSH",
    extraInfo: "protocol 2.0",
    versions: debian("9.2p1 Debian 2+deb12u", [1, 2, 3, 4, 5, 6, 7]),
  },
  ubuntuSsh: {
    name: "ssh",
    product: "OpenSSH",
    extraInfo: "Ubuntu Linux; protocol 2.0",
    versions: debian("8.9p1 Ubuntu 3ubuntu0.", [3, 4, 6, 7, 10, 11, 13]),
  },
  dropbear: {
    name: "ssh",
    product: "Dropbear sshd",
    extraInfo: "protocol 2.0",
    versions: ["2018.76", "2019.78", "2020.81", "2022.82", "2022.83", "2024.85"],
  },
  nginx: {
    name: "http",
    product: "nginx",
    versions: ["1.18.0", "1.20.2", "1.22.1", "1.24.0", "1.26.2", "1.26.3", "1.28.0"],
  },
  apache: {
    name: "http",
    product: "Apache httpd",
    extraInfo: "(Debian)",
    versions: ["2.4.54", "2.4.56", "2.4.57", "2.4.59", "2.4.61", "2.4.62", "2.4.65"],
  },
  lighttpd: {
    name: "http",
    product: "lighttpd",
    versions: ["1.4.35", "1.4.45", "1.4.53", "1.4.59", "1.4.69", "1.4.76"],
  },
  caddy: { name: "http", product: "Caddy httpd" },
  go: { name: "http", product: "Golang net/http server" },
  express: { name: "http", product: "Node.js Express framework" },
  werkzeug: {
    name: "http",
    product: "Werkzeug httpd",
    extraInfo: "Python 3.11.2",
    versions: ["2.2.2", "2.2.3", "2.3.7", "2.3.8", "3.0.1", "3.0.6"],
  },
  simpleHttp: { name: "http", product: "SimpleHTTPServer", extraInfo: "Python 3.11.2", versions: ["0.6"] },
  tomcat: {
    name: "http",
    product: "Apache Tomcat",
    versions: ["9.0.70", "9.0.83", "9.0.85", "9.0.91", "9.0.95", "9.0.98", "9.0.104"],
  },
  jetty: {
    name: "http",
    product: "Jetty",
    versions: ["10.0.13", "10.0.18", "10.0.20", "10.0.21", "10.0.24", "10.0.25"],
  },
  gunicorn: { name: "http", product: "gunicorn" },
  mysql: {
    name: "mysql",
    product: "MySQL",
    versions: ["8.0.32", "8.0.34", "8.0.36", "8.0.37", "8.0.39", "8.0.40", "8.0.42"],
  },
  mariadb: {
    name: "mysql",
    product: "MariaDB",
    versions: ["10.11.3", "10.11.4", "10.11.6", "10.11.9", "10.11.11", "10.11.14"],
  },
  postgres: { name: "postgresql", product: "PostgreSQL DB", versions: ["9.6.0 or later"] },
  redis: {
    name: "redis",
    product: "Redis key-value store",
    versions: ["7.0.8", "7.0.11", "7.0.15", "7.2.4", "7.2.5", "7.2.7", "7.2.9"],
  },
  postfix: { name: "smtp", product: "Postfix smtpd" },
  dovecot: { name: "imap", product: "Dovecot imapd" },
  bind: {
    name: "domain",
    product: "ISC BIND",
    extraInfo: "Debian Linux",
    versions: ["9.18.12-1", "9.18.16-1", "9.18.19-1", "9.18.24-1", "9.18.28-1", "9.18.33-1"],
  },
  samba: { name: "netbios-ssn", product: "Samba smbd", versions: ["4"] },
  vsftpd: { name: "ftp", product: "vsftpd", versions: ["3.0.3"] },
  msrpc: { name: "msrpc", product: "Microsoft Windows RPC" },
  netbios: { name: "netbios-ssn", product: "Microsoft Windows netbios-ssn" },
  smb: { name: "microsoft-ds", product: "Microsoft Windows Server 2008 R2 - 2012 microsoft-ds" },
  rdp: { name: "ms-wbt-server", product: "Microsoft Terminal Services" },
  httpapi: { name: "http", product: "Microsoft HTTPAPI httpd", extraInfo: "SSDP/UPnP", versions: ["2.0"] },
  iis: { name: "http", product: "Microsoft IIS httpd", versions: ["10.0"] },
  mssql: {
    name: "ms-sql-s",
    product: "Microsoft SQL Server 2019",
    versions: ["15.00.2000", "15.00.4298", "15.00.4355", "15.00.4375", "15.00.4395"],
  },
  ldap: { name: "ldap", product: "Microsoft Windows Active Directory LDAP", extraInfo: "Domain: corp.example" },
  kerberos: { name: "kerberos-sec", product: "Microsoft Windows Kerberos" },
  airtunes: {
    name: "rtsp",
    product: "AirTunes rtspd",
    versions: ["695.5.1", "725.3.1", "745.83", "760.20.1", "770.8.1"],
  },
  cups: { name: "ipp", product: "CUPS", versions: ["2.2", "2.3", "2.4"] },
  hpHttp: { name: "http", product: "HP LaserJet http config" },
  camera: { name: "rtsp", product: "Hikvision DS-2CD rtspd" },
  cameraHttp: { name: "http", product: "Hikvision IPCam control httpd" },
  boa: { name: "http", product: "Boa HTTPd", versions: ["0.94.14rc21"] },
  goahead: { name: "http", product: "GoAhead WebServer" },
  mosquitto: {
    name: "mqtt",
    product: "mosquitto",
    versions: ["1.5.7", "1.6.9", "1.6.12", "2.0.11", "2.0.15", "2.0.18"],
  },
  upnp: { name: "upnp", product: "Portable SDK for UPnP devices", versions: ["1.6.18", "1.6.19", "1.6.22", "1.8.4"] },
  telnet: { name: "telnet", product: "BusyBox telnetd" },
  jenkins: {
    name: "http",
    product: "Jetty",
    extraInfo: "Jenkins",
    versions: ["10.0.18", "10.0.20", "10.0.21", "10.0.24", "10.0.25"],
  },
} as const satisfies Readonly<Record<string, Line>>;

export type LineName = keyof typeof LINES;

interface Place {
  readonly line: readonly WorldService[];
  readonly at: number;
}

/** Where in its line a service stands. One object per version: thousands of hosts share it. */
const PLACES = new Map<WorldService, Place>();
const PLAIN = linesOf((service) => service);
const SECURE = linesOf((service) => ({ ...service, tunnel: "ssl" }));

/** All versions of a product, from old to new. */
export function versionsOf(line: LineName): readonly WorldService[] {
  return PLAIN.get(line) ?? [];
}

/** The same behind TLS. */
export function secureVersionsOf(line: LineName): readonly WorldService[] {
  return SECURE.get(line) ?? [];
}

/** The version `steps` after this one (before it, where negative); null where there is none. */
export function versionBeside(service: WorldService, steps: number): WorldService | null {
  const place = PLACES.get(service);
  return place?.line[place.at + steps] ?? null;
}

function linesOf(as: (service: WorldService) => WorldService): ReadonlyMap<string, readonly WorldService[]> {
  const lines = Object.entries<Line>(LINES).map(([name, line]) => [name, servicesOf(line).map(as)] as const);
  for (const [, line] of lines) line.forEach((service, at) => PLACES.set(service, { line, at }));
  return new Map(lines);
}

function servicesOf(line: Line): readonly WorldService[] {
  return (line.versions ?? [null]).map((version) => ({
    name: line.name,
    product: line.product,
    version,
    extraInfo: line.extraInfo ?? null,
    tunnel: null,
  }));
}

function debian(prefix: string, patches: readonly number[]): readonly string[] {
  return patches.map((patch) => `${prefix}${patch}`);
}
