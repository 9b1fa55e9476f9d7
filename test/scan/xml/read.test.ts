import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import type { HostObservation } from "../../../src/domain/observation.ts";
import { readNmapFile } from "../../../src/scan/xml/read.ts";
import { nmapXml } from "../../support/nmap-xml.ts";
import { readText } from "./collect.ts";

const REAL = path.join(import.meta.dirname, "../../fixtures/nmap/real");

function real(name: string) {
  return readNmapFile(path.join(REAL, `${name}.xml`));
}

async function oneHost(
  host: Parameters<typeof nmapXml>[0]["hosts"] extends readonly (infer H)[] | undefined ? H : never,
) {
  const document = await readText(nmapXml({ hosts: [host] }));
  const found = document.hosts[0];
  if (found === undefined) throw new Error(`no host: ${JSON.stringify(document.problems)}`);
  return found;
}

describe("a document of real nmap", () => {
  it("gives services, scripts, TLS identity and coverage", async () => {
    const document = await real("services");
    expect(document.problems).toEqual([]);
    expect(document.wellFormed).toBe(true);
    expect(document.header).toMatchObject({ scanner: "nmap", version: "7.93", xmlOutputVersion: "1.05" });
    expect(document.header?.args).toContain("--no-stylesheet -sS");
    expect(document.trailer).toMatchObject({ exit: "success", hostsUp: 2, hostsDown: 0, hostsTotal: 2 });
    const [host] = document.hosts;
    expect(host?.coverage).toEqual([
      {
        transport: "tcp",
        phase: "ports",
        ports: [
          [8021, 8021],
          [8099, 8099],
          [8443, 8443],
          [8500, 8503],
        ],
      },
    ]);
    const port = (n: number) => host?.ports.find((p) => p.number === n);
    expect(port(8099)?.service).toMatchObject({
      name: "http",
      product: "SimpleHTTPServer",
      version: "0.6",
      method: "probed",
      confidence: 10,
    });
    expect(port(8099)?.identity?.values["http_title"]).toBe("Directory listing for /");
    expect(port(8443)?.identity).toMatchObject({
      values: { tls: expect.stringMatching(/^[0-9a-f]{64}$/) },
      certificate: {
        subject: "lab.tripline.test",
        issuer: "lab.tripline.test",
        selfSigned: true,
        notAfter: expect.any(Number),
      },
    });
    expect(port(8500)).toMatchObject({ state: "closed", service: null });
  });

  it("cleans hostile banner bytes, however nmap spelled them", async () => {
    const host = (await real("services")).hosts[0];
    const banner = host?.ports.find((p) => p.number === 8021)?.scripts.find((s) => s.id === "banner");
    expect(banner).toMatchObject({ value: null, failed: false });
    expect(banner?.output).toContain("220 Bärlin FTP \\x00\ufffd <script> ]]> &big");
    expect(banner?.output).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  });

  it("tells TCP and UDP apart in a shared extraports element", async () => {
    const document = await real("tcp-udp");
    expect(document.problems).toEqual([]);
    expect(document.hosts[0]?.otherStates).toEqual([
      { state: "closed", count: 101, transport: "udp" },
      { state: "closed", count: 101, transport: "tcp" },
    ]);
    expect(document.hosts[0]?.coverage.map((c) => c.transport)).toEqual(["tcp", "udp"]);
  });

  it("gives OS families and the stable facts of the raw fingerprint", async () => {
    const os = (await real("connect-os")).hosts[0]?.os;
    expect(os?.families).toContain("Linux");
    expect(os?.goodConditions).toBe(true);
    expect(os?.stack.get("WIN.W1")).toMatch(/^[0-9A-F]+$/);
    expect(os?.stack.get("T1.T")).toBe("40");
    const volatile = [...(os?.stack.keys() ?? [])].filter((k) => /^SCAN|\.(CU|TM|SP|ISR|GCD|TS|D|P|OT|CT)$/.test(k));
    expect(volatile).toEqual([]);
  });

  it("reads IPv6 hosts as others, and leaves clocks and whole answers out of their raw fingerprint", async () => {
    const document = await real("ipv6");
    expect(document.problems).toEqual([]);
    const [host] = document.hosts;
    expect(host).toMatchObject({ address: "::1", state: "up", mac: null });
    expect(host?.coverage).toEqual([
      {
        transport: "tcp",
        phase: "ports",
        ports: [
          [8099, 8099],
          [8500, 8599],
        ],
      },
    ]);
    expect(host?.ports.filter((p) => p.state === "open").map((p) => p.number)).toEqual([8099]);
    expect([...(host?.os?.stack.keys() ?? [])].filter((key) => /\.(P|ST|RT)$/.test(key))).toEqual([]);
    expect(host?.os?.goodConditions).toBe(true);
  });

  it("finds hosts but no coverage in a ping scan", async () => {
    const document = await real("ping");
    expect(document.problems).toEqual([]);
    expect(document.hosts.map((h) => [h.address, h.state, h.coverage.length])).toEqual([
      ["127.0.77.0", "up", 0],
      ["127.0.77.1", "up", 0],
      ["127.0.77.2", "up", 0],
      ["127.0.77.3", "up", 0],
    ]);
  });

  it("keeps a host that hit its timeout, without coverage", async () => {
    const document = await real("host-timeout");
    expect(document.hosts[0]).toMatchObject({ state: "up", coverage: [], ports: [], problems: ["timed-out"] });
    expect(document.problems).toMatchObject([{ problem: "host-timed-out", scope: "host" }]);
  });

  it("names skipped targets, and counts no hint as a host", async () => {
    const document = await real("skipped");
    expect(document.skippedTargets).toEqual(["192.0.2.1"]);
    expect((await real("host-timeout")).tally.up).toBe(1);
  });

  it("is the same document in chunks of any size", async () => {
    const bytes = readFileSync(path.join(REAL, "services.xml"));
    const whole = await readText(bytes);
    for (const chunk of [1, 7, 64, 1000]) expect(await readText(bytes, { chunk })).toEqual(whole);
  });

  it("reads progress as it comes", async () => {
    const seen: (number | null)[] = [];
    const document = await readNmapFile(path.join(REAL, "killed.xml"), { onProgress: (p) => seen.push(p.percent) });
    expect(seen.length).toBeGreaterThan(0);
    expect(document.progress).toMatchObject({ phase: "SYN Stealth Scan" });
    expect(document.problems.map((p) => p.problem)).toEqual(["not-well-formed", "not-finished"]);
  });
});

describe("a host", () => {
  it("has its MAC with hyphens, names of users before PTR names, lower case, each once", async () => {
    const host = await oneHost({
      address: "10.0.0.7",
      mac: "00:1b:21:aa:bb:cc",
      vendor: "Intel",
      userNames: ["Web.Example."],
      names: ["PTR.example", "web.example"],
    });
    expect(host).toMatchObject({ mac: "00-1B-21-AA-BB-CC", macVendor: "Intel", names: ["web.example", "ptr.example"] });
  });

  it("is known by its canonical IPv6 address", async () => {
    expect((await oneHost({ address: "2001:DB8:0::1" })).address).toBe("2001:db8::1");
  });

  it("is observed at its own end, else its start, else the start of the run", async () => {
    const at = async (xml: string) => (await readText(xml)).hosts[0]?.observedAt;
    const xml = nmapXml({
      start: 1_760_000_000,
      hosts: [{ address: "10.0.0.1", start: 1_760_000_010, end: 1_760_000_020 }],
    });
    expect(await at(xml)).toBe(1_760_000_020_000);
    expect(await at(xml.replace(' endtime="1760000020"', ""))).toBe(1_760_000_010_000);
    expect(await at(xml.replace(' starttime="1760000010" endtime="1760000020"', ""))).toBe(1_760_000_000_000);
  });

  it("that is down is an observation of its own, in any order", async () => {
    const document = await readText(
      nmapXml({
        hosts: [
          { address: "10.0.0.9", state: "down" },
          { address: "10.0.0.1" },
          { address: "10.0.0.8", state: "down" },
        ],
      }),
    );
    expect(document.hosts.map((h) => [h.address, h.state, h.coverage.length])).toEqual([
      ["10.0.0.9", "down", 0],
      ["10.0.0.1", "up", 1],
      ["10.0.0.8", "down", 0],
    ]);
    expect(document.tally).toMatchObject({ up: 1, down: 2 });
  });

  it("whose ports do not add up has no coverage, and the sentence has the numbers", async () => {
    const document = await readText(
      nmapXml({ hosts: [{ address: "10.0.0.1", extraports: [{ state: "closed", count: 991 }] }] }),
    );
    expect(document.hosts[0]).toMatchObject({ coverage: [], problems: ["port-sum-mismatch"] });
    expect(document.problems).toEqual([
      {
        problem: "port-sum-mismatch",
        scope: "host",
        text: "10.0.0.1: 0 ports listed + 991 collapsed, 1000 planned (tcp)",
      },
    ]);
  });

  // Found by fuzzing: without its scaninfo line a port scan looked like a complete ping scan.
  it("with ports in a file without scaninfo does not add up", async () => {
    const xml = nmapXml({ hosts: [{ address: "10.0.0.1", ports: [{ port: 22 }] }] }).replace(/<scaninfo.*/, "");
    expect((await readText(xml)).problems).toMatchObject([{ problem: "port-sum-mismatch", scope: "host" }]);
  });

  it("with a port listed twice does not add up", async () => {
    const document = await readText(
      nmapXml({
        hosts: [
          { address: "10.0.0.1", ports: [{ port: 22 }, { port: 22 }], extraports: [{ state: "closed", count: 998 }] },
        ],
      }),
    );
    expect(document.hosts[0]?.coverage).toEqual([]);
  });

  it("in a TCP and UDP run must add up in each protocol", async () => {
    const scaninfo = [
      { type: "syn", protocol: "tcp", services: "1-10" },
      { type: "udp", protocol: "udp", services: "1-10" },
    ];
    const read = async (tcp: number, udp: number) => {
      const extraports = [
        { state: "closed", count: tcp, proto: "tcp" as const },
        { state: "closed", count: udp, proto: "udp" as const, reason: "port-unreach" },
      ];
      return (await readText(nmapXml({ scaninfo, hosts: [{ address: "10.0.0.1", extraports }] }))).hosts[0]?.coverage
        .length;
    };
    expect(await read(10, 10)).toBe(2);
    expect(await read(11, 9)).toBe(0);
  });

  it("takes shared extraports without protocols as a sum, as nmap before 7.92 writes them", async () => {
    const scaninfo = [
      { type: "syn", protocol: "tcp", services: "1-10" },
      { type: "udp", protocol: "udp", services: "1-10" },
    ];
    const xml = nmapXml({ scaninfo, hosts: [{ address: "10.0.0.1" }] }).replaceAll(/ proto="(tcp|udp)"/g, "");
    const host = (await readText(xml)).hosts[0];
    expect(host?.coverage.length).toBe(2);
    expect(host?.otherStates).toEqual([{ state: "closed", count: 20, transport: null }]);
  });

  it("with thousands of open ports is one fact", async () => {
    const ports = Array.from({ length: 2500 }, (_, i) => ({ port: i + 1 }));
    const scaninfo = [{ type: "syn", protocol: "tcp", services: "1-65535" }];
    const document = await readText(nmapXml({ scaninfo, hosts: [{ address: "10.0.0.1", ports }] }));
    expect(document.hosts[0]).toMatchObject({ allPortsOpen: 2500, ports: [], coverage: [], problems: [] });
    expect(document.problems).toEqual([]);
  });

  it("over the size cap is up, with the number of its open ports, and its neighbours are untouched", async () => {
    const ports = Array.from({ length: 65_535 }, (_, i) => ({ port: i + 1, service: { name: "unknown" } }));
    const scaninfo = [{ type: "syn", protocol: "tcp", services: "1-65535" }];
    const document = await readText(
      nmapXml({
        scaninfo,
        hosts: [
          { address: "10.0.0.1", ports, names: ["tarpit.example"] },
          { address: "10.0.0.2", ports: [{ port: 22 }] },
        ],
      }),
    );
    expect(document.hosts[0]).toMatchObject({
      address: "10.0.0.1",
      names: ["tarpit.example"],
      allPortsOpen: 65_535,
      ports: [],
      coverage: [],
      problems: ["oversized"],
    });
    expect(document.hosts[1]?.coverage.length).toBe(1);
    expect(document.problems).toEqual([]);
  });

  it("over the size cap for another reason is a problem of that host", async () => {
    const ports = [{ port: 22, scripts: [{ id: "x", output: "y".repeat(5000) }] }];
    const document = await readText(nmapXml({ hosts: [{ address: "10.0.0.1", ports }, { address: "10.0.0.2" }] }), {
      maxHostBytes: 4000,
    });
    expect(document.problems).toMatchObject([{ problem: "oversized", scope: "host" }]);
    expect(document.hosts.map((h) => h.coverage.length)).toEqual([0, 1]);
  });

  it("goes to the consumer one by one, and not into the list", async () => {
    const hosts: HostObservation[] = [];
    const document = await readText(nmapXml({ hosts: [{ address: "10.0.0.1" }, { address: "10.0.0.2" }] }), {
      onHost: (h) => hosts.push(h),
    });
    expect(hosts.map((h) => h.address)).toEqual(["10.0.0.1", "10.0.0.2"]);
    expect(document.hosts).toEqual([]);
    expect(document.tally).toMatchObject({ up: 2 });
  });

  it("has the phase of its run in the coverage", async () => {
    const document = await readText(nmapXml({ hosts: [{ address: "10.0.0.1" }] }), { phase: "verify" });
    expect(document.hosts[0]?.coverage[0]?.phase).toBe("verify");
  });
});

describe("OS detection", () => {
  const matches = [
    { name: "Linux 5.0 - 5.4", accuracy: 98, family: "Linux" },
    { name: "Android 10", accuracy: 95, family: "Android" },
    { name: "Windows 11", accuracy: 94, family: "Windows" },
  ];

  it("takes the families within three points of the best, sorted", async () => {
    expect((await oneHost({ address: "10.0.0.1", os: { matches } })).os?.families).toEqual(["Android", "Linux"]);
  });

  it("is not trusted without an open and a closed TCP port", async () => {
    const portsUsed = [
      { state: "open", proto: "tcp", port: 22 },
      { state: "closed", proto: "udp", port: 1 },
    ];
    expect((await oneHost({ address: "10.0.0.1", os: { matches, portsUsed } })).os?.goodConditions).toBe(false);
  });
});
