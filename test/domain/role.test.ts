import { describe, expect, it } from "vitest";
import type { FieldBaseline, HostBaseline, PortBaseline } from "../../src/domain/baseline.ts";
import type { PortField } from "../../src/domain/fields/port.ts";
import { parsePortKey, type PortKey, portKey } from "../../src/domain/network.ts";
import type { Rhythm } from "../../src/domain/rhythm.ts";
import { hostRole, type HostRole, roleOf } from "../../src/domain/role.ts";

interface Looks {
  readonly ports?: Readonly<Partial<Record<PortKey, string>>>;
  /** Open, but not normal. */
  readonly fresh?: readonly PortKey[];
  readonly os?: string;
  readonly mac?: string;
  readonly rhythm?: Rhythm;
}

const SEEN = { scan: 1, at: 0 };
const DESK: Rhythm = {
  "working-day": { asked: 20, up: 17 },
  night: { asked: 20, up: 3 },
  weekend: { asked: 8, up: 0 },
};
const ALWAYS: Rhythm = { "working-day": { asked: 20, up: 20 }, night: { asked: 20, up: 20 } };

// biome-ignore format: a table reads by the line
const TABLE: readonly (readonly [says: string, looks: Looks, role: HostRole])[] = [
  ["a web server", { ports: { "tcp/22": "ssh OpenSSH", "tcp/443": "ssl/http nginx" }, os: "Linux" }, "server"],
  ["a database that shows nothing else", { ports: { "tcp/5432": "postgresql" } }, "server"],
  ["a host with ssh alone", { ports: { "tcp/22": "ssh OpenSSH" } }, "server"],
  ["a domain controller", { ports: { "tcp/53": "domain", "tcp/88": "kerberos-sec", "tcp/135": "msrpc", "tcp/389": "ldap", "tcp/445": "microsoft-ds", "tcp/49664": "msrpc" }, os: "Windows" }, "server"],
  ["a Windows server that is managed and never off", { ports: { "tcp/135": "msrpc", "tcp/445": "microsoft-ds", "tcp/3389": "ms-wbt-server", "tcp/5985": "http", "tcp/80": "http Microsoft IIS httpd" }, os: "Windows", rhythm: ALWAYS }, "server"],
  ["a Windows desk", { ports: { "tcp/135": "msrpc", "tcp/139": "netbios-ssn", "tcp/445": "microsoft-ds", "tcp/49664": "msrpc" }, os: "Windows" }, "workstation"],
  ["a desk with remote desktop", { ports: { "tcp/135": "msrpc", "tcp/3389": "ms-wbt-server" }, os: "Windows" }, "workstation"],
  ["a Mac", { ports: { "tcp/22": "ssh" }, os: "macOS" }, "workstation"],
  ["a Linux desk that is off at night", { ports: { "tcp/22": "ssh OpenSSH", "tcp/8080": "http" }, os: "Linux", rhythm: DESK }, "workstation"],
  ["a printer with a web page", { ports: { "tcp/80": "http", "tcp/443": "ssl/http", "tcp/515": "printer", "tcp/631": "ipp", "tcp/9100": "jetdirect" } }, "printer"],
  ["a printer known by its product", { ports: { "tcp/80": "http HP LaserJet http config" } }, "printer"],
  ["a server with a metrics exporter is no printer", { ports: { "tcp/22": "ssh", "tcp/9100": "http" }, os: "Linux" }, "server"],
  ["a Linux server with CUPS is no printer", { ports: { "tcp/22": "ssh", "tcp/80": "http", "tcp/631": "ipp CUPS" }, os: "Linux" }, "server"],
  ["a camera", { ports: { "tcp/80": "http", "tcp/554": "rtsp" } }, "iot"],
  ["a camera that is called by its maker", { ports: { "tcp/80": "http Hikvision IP camera httpd" } }, "iot"],
  ["a sensor that speaks MQTT", { ports: { "tcp/1883": "mqtt" } }, "iot"],
  ["a programmable controller", { ports: { "tcp/102": "iso-tsap" } }, "iot"],
  ["a broker of sensors is a server", { ports: { "tcp/22": "ssh", "tcp/443": "ssl/http nginx", "tcp/1883": "secure-mqtt", "tcp/3306": "mysql" }, os: "Linux" }, "server"],
  ["a node of Kubernetes", { ports: { "tcp/22": "ssh", "tcp/10250": "ssl/http", "tcp/31002": "http nginx" }, os: "Linux" }, "kubernetes-node"],
  ["a control plane of Kubernetes", { ports: { "tcp/22": "ssh", "tcp/6443": "ssl/http", "tcp/2379": "ssl/etcd-client", "tcp/10250": "ssl/http" } }, "kubernetes-node"],
  ["an iPhone", { ports: { "tcp/62078": "iphone-sync" } }, "phone"],
  ["an Android system", { os: "Android,Linux" }, "phone"],
  ["a made-up MAC and nothing open", { mac: "DA-A1-19-00-00-01" }, "phone"],
  ["a router with Cisco's IOS is no iPhone", { ports: { "tcp/22": "ssh Cisco SSH" }, os: "IOS" }, "server"],
  ["nothing open, a MAC of a maker", { mac: "00-1B-21-00-00-01" }, "unknown"],
  ["nothing known", {}, "unknown"],
  ["one unidentified port", { ports: { "tcp/4444": "" } }, "unknown"],
  ["nothing open, used by day", { mac: "00-1B-21-00-00-01", rhythm: DESK }, "workstation"],
  ["a new listener makes no server of a desk", { ports: { "tcp/135": "msrpc" }, fresh: ["tcp/22", "tcp/443", "tcp/3306"], os: "Windows" }, "workstation"],
];

describe("what a host is for", () => {
  it.each(TABLE)("%s", (_, looks, role) => {
    expect(roleOf(hostOf(looks))).toBe(role);
  });

  it("is what the operator says", () => {
    const camera = hostOf({ ports: { "tcp/554": "rtsp" } });
    expect(hostRole(camera, (address) => (address === camera.address ? "server" : null))).toBe("server");
    expect(hostRole(camera, () => null)).toBe("iot");
    expect(hostRole(camera, undefined)).toBe("iot");
  });

  it("does not depend on the order in which ports were learned", () => {
    for (const [, looks] of TABLE) {
      const host = hostOf(looks);
      expect(roleOf({ ...host, ports: new Map([...host.ports].reverse()) })).toBe(roleOf(host));
    }
  });
});

function hostOf({ ports = {}, fresh = [], os, mac, rhythm }: Looks): HostBaseline {
  const normal = Object.entries(ports).map(([key, text]) => portOf(key, "open", text ?? ""));
  const all = [...normal, ...fresh.map((key) => portOf(key, "closed", ""))];
  const fields = [
    ["os_family", os],
    ["mac", mac],
  ] as const;
  return {
    id: "h1",
    evidence: [],
    address: "10.0.0.7",
    reference: "known",
    current: "up",
    misses: 0,
    covered: 30,
    firstSeen: SEEN,
    lastSeen: SEEN,
    osAskedAt: null,
    fields: new Map(fields.flatMap(([name, value]) => (value === undefined ? [] : [[name, always(value)] as const]))),
    ports: new Map(all.map((port) => [portKey(port), port])),
    coverage: [],
    ...(rhythm === undefined ? {} : { rhythm }),
  };
}

/** `text`: service and product as nmap prints them. */
function portOf(key: string, reference: PortBaseline["reference"], text: string): PortBaseline {
  const ref = parsePortKey(key);
  if (ref === null) throw new Error(`${key} is no port`);
  const [service = "", ...product] = text.split(" ");
  const values = [
    ["service", service],
    ["product", product.join(" ")],
  ] as const;
  const fields = values.flatMap(([name, value]): [PortField, FieldBaseline][] =>
    value === "" ? [] : [[name, always(value)]],
  );
  return {
    ...ref,
    reference,
    current: "open",
    misses: 0,
    opened: 30,
    firstSeen: SEEN,
    lastSeen: SEEN,
    history: 1,
    fields: new Map(fields),
    fingerprinted: null,
  };
}

function always(value: string): FieldBaseline {
  return { value, current: value, streak: 30, observed: 30, changes: 0 };
}
