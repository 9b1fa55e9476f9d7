import { describe, expect, it } from "vitest";
import type { HostSpec, PortSpec } from "../support/nmap-xml.ts";
import { play, told } from "./play.ts";
import { httpPort, mac, plus, segment, sshPort } from "./segment.ts";

/** Sixty hosts of several roles: web servers, databases, mail servers, printers. */
const EXTRA: readonly (readonly PortSpec[])[] = [[{ port: 443 }], [{ port: 389 }], [{ port: 25 }], [{ port: 515 }]];
const SIXTY = segment(60).map((h, n) => plus(h, ...(EXTRA[n % EXTRA.length] ?? [])));
const half = (how: (h: HostSpec, n: number) => HostSpec) => SIXTY.map((h, n) => (n < 32 ? how(h, n) : h));
const ports = (h: HostSpec) => h.ports ?? [];
const system = (name: string, ttl: number) => (h: HostSpec) => ({
  ...h,
  ports: ports(h).map((port) => ({ ...port, ttl })),
  os: { matches: [{ name: `${name} 5`, accuracy: 96, family: name }] },
});

interface Case {
  readonly name: string;
  readonly before?: readonly HostSpec[];
  readonly after: readonly HostSpec[];
  readonly scans?: number;
  readonly kind: string;
}

describe("half of the segment changes in one scan: one finding that lists its hosts", () => {
  it.each<Case>([
    {
      name: "other SSH keys",
      after: half((h, n) => ({ ...h, ports: [sshPort(`other ${n}`), ...ports(h).slice(1)] })),
      kind: "hostkey-changed",
    },
    {
      name: "one SSH key for all of them",
      after: half((h) => ({ ...h, ports: [sshPort("of the middlebox"), ...ports(h).slice(1)] })),
      kind: "hostkey-changed",
    },
    {
      name: "other network cards",
      after: half((h, n) => ({ ...h, mac: mac(500 + n) })),
      kind: "mac-changed",
    },
    {
      name: "other machines",
      after: half((h, n) => ({ ...h, mac: mac(500 + n), ports: [sshPort(`other ${n}`), ...ports(h).slice(1)] })),
      kind: "identity-changed",
    },
    {
      name: "other protocols, on other ports",
      after: half((h, n) => ({
        ...h,
        ports: [...ports(h).slice(0, 1), { ...httpPort("2.0"), service: spoken(n) }, ...ports(h).slice(2)],
      })),
      kind: "service-changed",
    },
    {
      name: "closed ports",
      after: half((h) => ({ ...h, ports: ports(h).slice(0, 2) })),
      scans: 2,
      kind: "port-closed",
    },
    {
      name: "other systems",
      before: SIXTY.map(system("Linux", 64)),
      after: SIXTY.map((h, n) => system(n < 32 ? "Windows" : "Linux", n < 32 ? 128 : 64)(h)),
      kind: "os-shifted",
    },
  ])("$name", async ({ before = SIXTY, after, scans = 1, kind }) => {
    const json = await play([before, before, ...Array.from({ length: scans + 2 }, () => after)], { learnScans: 2 });
    const open = json.anomalies.filter((a) => a.state === "open");
    expect(told({ ...json, anomalies: open })).toEqual([expect.stringMatching(/^rollout 32 hosts/)]);
    expect(open[0]?.group?.kind).toBe(kind);
    expect(json.cycles.map((cycle) => cycle.anomalies.length)).toEqual([0, 0, ...timeline(scans)]);
  });
});

/** Told in the last scan that it takes, and not again. */
function timeline(scans: number): readonly number[] {
  return [...Array.from({ length: scans - 1 }, () => 0), 1, 0, 0];
}

function spoken(n: number): NonNullable<PortSpec["service"]> {
  return { name: n % 2 === 0 ? "ftp" : "smtp", product: n % 2 === 0 ? "vsftpd" : "Postfix", method: "probed" };
}
