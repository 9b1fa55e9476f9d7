import { type Series, scans } from "../../../bench/digest/series/series.ts";
import { FIELDS } from "../../../bench/digest/series/fields.ts";
import { host, type Recording } from "../../../test/recorded/recording.ts";
import { but, httpPort, mac, plus, segment, sshPort } from "../../../test/recorded/segment.ts";
import type { HostSpec, PortSpec, ServiceSpec } from "../../../test/support/nmap-xml.ts";

/** Sixty servers: a dozen changes in one scan are then no common change. */
const SIXTY = segment(60);
const ASKED = [{ type: "syn", protocol: "tcp", services: "1-10000" }];
/** Every port up to 10,000 was asked. */
const wide = (hosts: readonly HostSpec[]): Recording => ({ hosts, scaninfo: ASKED });
const at = (port: number, service: Partial<ServiceSpec> & { readonly name: string }): PortSpec => {
  return { port, service: { method: "probed", ...service } };
};

const SSH = { name: "ssh", product: "OpenSSH", version: "9.2p1" };
const RDP = at(3389, { name: "ms-wbt-server", product: "Microsoft Terminal Services" });
const BACKDOOR = { name: "bindshell", product: "Bash shell", extrainfo: "**BACKDOOR**; root shell" };
const NEW_PORTS: readonly PortSpec[] = [
  RDP,
  at(5900, { name: "vnc", product: "VNC" }),
  at(2222, SSH),
  at(4445, { name: "http", product: "nginx", version: "1.24.0" }),
  { port: 4444 },
  { port: 9876 },
  at(1080, { name: "socks5", product: "microsocks" }),
  at(3128, { name: "http-proxy", product: "Squid http proxy", version: "5.7" }),
  at(5938, { name: "teamviewer" }),
  at(7070, { name: "anydesk", product: "AnyDesk" }),
  at(5432, { name: "postgresql", product: "PostgreSQL DB", version: "15.1" }),
  at(2375, { name: "docker", product: "Docker", version: "24.0.5" }),
  at(31, BACKDOOR),
  at(8080, { name: "http", product: "nginx", version: "1.24.0" }),
];

/** Each of these ports on a server of its own, from the fifth on. */
const withNewPorts = SIXTY.map((one, i) => {
  if (i === 30) return { ...one, ports: [...(one.ports ?? []).slice(0, 1), at(80, BACKDOOR)] };
  const port = NEW_PORTS[i - 4];
  return port === undefined ? one : plus(one, port);
});
const system =
  (family: string, ttl = 64) =>
  (one: HostSpec): HostSpec => ({
    ...one,
    ports: (one.ports ?? []).map((port) => ({ ...port, ttl })),
    os: { matches: [{ name: `${family} 5`, accuracy: 96, family, vendor: family, type: "general purpose" }] },
  });
const LINUX = SIXTY.map(system("Linux"));
const range = (from: number, count: number) => Array.from({ length: count }, (_, i) => ({ port: from + i }));
const STRANGER = host("10.0.0.90", [sshPort("a stranger's key")], { mac: mac(90) });
const CLOSED = "vantage: { name: vp-dmz, closed: true }\n";
const JEWEL = "tags: [{ match: 10.0.0.8, tags: [crown-jewel] }]\n";

const SMALL = SIXTY.slice(0, 20);
const version = (n: number, text: string) => (one: HostSpec) => ({
  ...one,
  ports: [(one.ports ?? [])[0] ?? SSHD(n), httpPort(text)],
});
const SSHD = (n: number) => sshPort(`key of host ${n}`);
/** The host with this number is changed, one after the other. */
function changed(hosts: readonly HostSpec[], ...changes: readonly (readonly [number, (one: HostSpec) => HostSpec])[]) {
  return changes.reduce((all, [n, change]) => but(all, n, change), hosts);
}

const SOFTWARE = changed(LINUX, [1, version(1, "1:9.2")]);
const OTHER_SOFTWARE = changed(
  SOFTWARE,
  [1, version(1, "1:9.1")],
  [2, version(2, "1.18.0")],
  [3, version(3, "1.26.0")],
  [4, (one) => ({ ...one, ports: [sshPort("another key"), httpPort("1.24.0")] })],
  [5, (one) => ({ ...one, mac: mac(80), ports: [sshPort("key of another machine"), httpPort("1.24.0")] })],
  [7, system("Windows", 128)],
  [8, system("Windows", 128)],
  [9, (one) => ({ ...one, ports: [sshPort("key of a thief"), httpPort("1.24.0"), { port: 31 }] })],
);

const BLINK = changed(SMALL, [1, (one) => plus(one, { port: 444 })], [2, (one) => plus(one, { port: 995 })]);
const UNSTEADY = [SMALL, SMALL, ...Array(5).fill([BLINK, SMALL, SMALL, SMALL]).flat(), ...Array(22).fill(SMALL)];
const LOST = changed(SIXTY, [1, (one) => ({ ...one, ports: (one.ports ?? []).slice(0, 1) })]).filter((_, n) => n !== 5);

/** Stories of their own, and one that the digest of all events has. */
export const STORIES: readonly Series[] = [
  ...FIELDS.filter(({ name }) => name === "fields: a certificate renewed twice"),
  scans("new ports that close again", [SIXTY, withNewPorts, SIXTY, SIXTY, SIXTY].map(wide)),
  scans("other software and other machines, and back", [SOFTWARE, OTHER_SOFTWARE, OTHER_SOFTWARE, SOFTWARE, SOFTWARE]),
  scans("bursts that go back", [
    SIXTY,
    changed(SIXTY, [1, (one) => plus(one, ...range(100, 30))], [2, (one) => plus(one, ...range(100, 900))]),
    SIXTY,
    SIXTY,
    SIXTY,
  ]),
  scans("the same on more and more hosts", [
    SIXTY,
    ...[1, 2, 3, 4, 5].map((n) => SIXTY.map((one, i) => (i < n ? plus(one, { port: 444 }) : one))),
    SIXTY.map((one, i) =>
      i < 5 ? plus(one, { port: 444 }) : i < 12 ? plus(one, { port: 445 }) : i < 50 ? version(i, "1.26.0")(one) : one,
    ),
  ]),
  scans("unsteady ports", UNSTEADY, { learnScans: 2 }),
  {
    ...scans("a closed segment", [SIXTY, [...SIXTY, STRANGER], [...SIXTY, STRANGER], SIXTY, SIXTY, SIXTY]),
    config: CLOSED,
  },
  scans("an open segment", [SIXTY, [...SIXTY, STRANGER], [...SIXTY, STRANGER], SIXTY]),
  scans("losses", [...Array(6).fill(SIXTY), ...Array(4).fill(LOST), SIXTY]),
  {
    ...scans("a crown jewel", [
      SIXTY,
      changed(SIXTY, [7, (one) => plus(one, { port: 444 })]),
      changed(SIXTY, [7, (one) => version(7, "1.26.0")(one)]),
      SIXTY,
    ]),
    config: JEWEL,
  },
  declaredStory("declared", ""),
  declaredStory("declared in a closed segment", CLOSED),
  {
    name: "operators",
    config: "",
    play: async (world) => {
      await world.scan(wide(SIXTY), wide(withNewPorts), changed(SIXTY, [3, version(3, "1.26.0")]));
      await world.accept("version-changed");
      await world.accept("exposure-found");
      await world.mute("port-opened", 48);
      await world.unmute();
      await world.relearn();
      await world.scan(SIXTY);
    },
  },
  scans("scans that fail and a vantage that loses half", [
    SIXTY,
    { hosts: [], exit: "error", errorMessage: "no route to host" },
    { hosts: SIXTY.slice(0, 20), exit: "error", errorMessage: "no route to host" },
    SIXTY.slice(0, 30),
    SIXTY.slice(0, 30),
    SIXTY,
    SIXTY,
  ]),
  scans("another nmap", [SMALL, { hosts: SMALL, version: "7.95" }, { hosts: SMALL, version: "7.95" }]),
];

const INVENTORY = SMALL.flatMap(({ address }) => [`${address},22,tcp,ssh`, `${address},80,tcp,http`]);
const rows = (...lines: readonly string[]) => ["host,port,proto,service", ...lines, ""].join("\n");

/** An inventory that knows every host, beside which ports appear, move and go away. */
function declaredStory(name: string, config: string): Series {
  const strayed = changed(
    SMALL,
    [1, (one) => plus(one, httpPort("1.24.0", 443))],
    [2, (one) => plus(one, RDP)],
    [3, (one) => ({ ...one, ports: [...(one.ports ?? []).slice(0, 1), httpPort("1.24.0", 8080)] })],
    [4, (one) => ({ ...one, ports: (one.ports ?? []).slice(0, 1) })],
  );
  const all = [
    SMALL,
    SMALL,
    [...strayed, STRANGER],
    [...strayed, STRANGER],
    [...strayed, STRANGER],
    SMALL,
    SMALL,
    SMALL,
  ];
  return {
    name,
    config: `${config}declared: [{ inventory: a.csv, complete_for: [10.0.0.0/24] }]\n`,
    play: async (world) => {
      world.file("a.csv", rows(...INVENTORY));
      await world.scan(...all.map(wide));
    },
  };
}
