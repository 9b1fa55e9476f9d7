import type { Label, World, WorldHost, WorldPort, WorldScan } from "../../../bench/churn/types.ts";

const HOUR = 3_600_000;
const START = Date.UTC(2026, 0, 5, 3);

/** Ten alike servers for some days; what happens to them is written by the test. */
export interface Story {
  readonly days: number;
  /** The machines as a scan sees them, and as they are. */
  readonly change?: (hosts: readonly WorldHost[], n: number) => readonly WorldHost[];
  readonly noise?: (hosts: readonly WorldHost[], n: number) => readonly WorldHost[];
  readonly fault?: (n: number) => WorldScan["fault"];
  readonly labels?: readonly Label[];
}

export function smallWorld(story: Story): World {
  const hosts = Array.from({ length: 10 }, (_, i) => server(i + 1));
  return {
    seed: 1,
    variant: "small",
    segment: "small",
    scansPerDay: 4,
    days: story.days,
    judgedFrom: 4 * Math.floor(story.days / 2),
    targets: ["10.0.0.0/28"],
    tcp: "1-1000,4444,8080",
    labels: story.labels ?? [],
    announcements: [],
    happenings: [],
    *scans() {
      for (let n = 0; n < 4 * story.days; n++) yield scanOf(story, hosts, n);
    },
  };
}

function scanOf({ change, noise, fault }: Story, hosts: readonly WorldHost[], n: number): WorldScan {
  const truth = change?.(hosts, n) ?? hosts;
  const start = START + n * 6 * HOUR;
  const times = { start, end: start + HOUR / 6, rttMicros: 300 };
  return { n, ...times, fault: fault?.(n) ?? "none", up: noise?.(truth, n) ?? truth, truth };
}

function server(i: number): WorldHost {
  return {
    truth: `srv-${i}`,
    role: "server",
    address: `10.0.0.${i}`,
    mac: `00:1B:21:00:00:0${i.toString(16)}`.toUpperCase(),
    macVendor: "Intel Corporate",
    name: `srv-${i}.corp.example`,
    ports: [
      { ...port(22, "OpenSSH"), sshKeys: [`ssh-ed25519 srv-${i}`] },
      port(80, "nginx"),
      { ...port(443, "nginx"), certificate: certificate(`srv-${i}`) },
    ],
    os: { matches: [{ name: "Linux 4.15 - 5.6", accuracy: 98, family: "Linux" }] },
  };
}

export function port(number: number, product: string | null): WorldPort {
  const name = number === 22 ? "ssh" : "http";
  const service = product === null ? null : { name, product, version: "1.22.1", extraInfo: null, tunnel: null };
  return { transport: "tcp", number, service, sshKeys: [], certificate: null };
}

function certificate(name: string): WorldPort["certificate"] {
  return {
    subject: name,
    issuer: "Corp CA",
    organisation: "Corp",
    names: [`${name}.corp.example`],
    notBefore: START - 100 * HOUR,
    notAfter: START + 8760 * HOUR,
    key: `tls ${name}`,
    serial: "1",
  };
}

/** Something on one server of the world that must be told. */
export function label(about: Pick<Label, "kind" | "from" | "tells"> & Partial<Label>): Label {
  return {
    id: "label",
    incident: "label",
    truth: "srv-3",
    role: "server",
    addresses: ["10.0.0.3"],
    ports: [],
    until: null,
    right: { field: null, from: null, to: null },
    benign: false,
    announced: false,
    ...about,
  };
}

/** One of the hosts altered. */
export function altered(
  hosts: readonly WorldHost[],
  truth: string,
  change: (host: WorldHost) => WorldHost,
): readonly WorldHost[] {
  return hosts.map((host) => (host.truth === truth ? change(host) : host));
}
