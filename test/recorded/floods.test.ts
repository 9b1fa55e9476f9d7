import { describe, expect, it } from "vitest";
import { tempDir } from "../support/temp-dir.ts";
import type { HostSpec } from "../support/nmap-xml.ts";
import { play, told } from "./play.ts";
import { httpPort, mac, plus, segment, sshPort } from "./segment.ts";

const SIXTY = segment(60);
const change = (some: (n: number) => boolean, how: (h: HostSpec, n: number) => HostSpec) =>
  SIXTY.map((h, n) => (some(n) ? how(h, n) : h));

describe("whatever happens at once", () => {
  it.each<readonly [string, readonly HostSpec[]]>([
    [
      "a worm opens another port on each of fifty hosts",
      change(
        (n) => n < 50,
        (h, n) => plus(h, { port: 500 + n }),
      ),
    ],
    [
      "half of the hosts show other keys",
      change(
        (n) => n % 2 === 0,
        (h, n) => ({ ...h, ports: [sshPort(`other ${n}`), httpPort("1.24.0")] }),
      ),
    ],
    [
      "half of the hosts speak something else on a port of theirs",
      change(
        (n) => n % 2 === 0,
        (h, n) => ({
          ...h,
          ports: [
            ...(h.ports ?? []).slice(0, 1),
            { port: 80, service: { name: "ftp", product: `ftpd ${n}`, method: "probed" } },
          ],
        }),
      ),
    ],
    [
      "fifty strangers come",
      [
        ...SIXTY,
        ...Array.from({ length: 50 }, (_, n) => ({
          address: `10.0.0.${150 + n}`,
          ports: [httpPort("1.24.0")],
          mac: mac(500 + n),
        })),
      ],
    ],
    [
      "thirty hosts are replaced by others",
      change(
        (n) => n < 30,
        (h, n) => ({ ...h, mac: mac(900 + n), names: [`new${n}.corp.example`], ports: [sshPort(`replaced ${n}`)] }),
      ),
    ],
    [
      "forty ports open on each of thirty hosts",
      change(
        (n) => n < 30,
        (h, n) => plus(h, ...Array.from({ length: 40 }, (_, i) => ({ port: 200 + i + n }))),
      ),
    ],
  ])("%s: at most twenty alerts, and nobody is left out", async (_, flood) => {
    const json = await play([SIXTY, SIXTY, flood, flood], { learnScans: 2, state: `${tempDir()}/state` });
    const [, , third, fourth] = json.cycles;
    const alerts = json.anomalies.filter((a) => a.notable && a.score >= 48);
    expect(alerts.length).toBeLessThanOrEqual(20);
    expect(third?.anomalies.length).toBeGreaterThan(0);
    expect(fourth?.anomalies.length).toBeLessThanOrEqual(third?.anomalies.length ?? 0);
    const before = new Set(SIXTY.map((h) => JSON.stringify(h)));
    const changed = flood.filter((h) => !before.has(JSON.stringify(h))).map((h) => h.address);
    const named = new Set(json.anomalies.flatMap((a) => [a.host?.ip, ...a.members.map((m) => m.ip)]));
    expect(changed.filter((address) => !named.has(address))).toEqual([]);
  });

  it("fifty ports that close on one host are one anomaly", async () => {
    const [first, ...others] = SIXTY;
    if (first === undefined) throw new Error("a segment has hosts");
    const many = [plus(first, ...Array.from({ length: 50 }, (_, i) => ({ port: 200 + i }))), ...others];
    const json = await play([many, many, SIXTY, SIXTY, SIXTY, SIXTY], { learnScans: 2 });
    expect(told(json)).toEqual(["ports-changed 10.0.0.1"]);
    expect(json.anomalies[0]?.members).toHaveLength(50);
    expect(json.anomalies[0]?.members[0]).toMatchObject({ ip: "10.0.0.1", subject: "tcp/200" });
  });

  it("a worm at one host in nine scans is linked by its third host", async () => {
    const scans = Array.from({ length: 40 }, (_, i) =>
      change(
        (n) => n < Math.floor(i / 9),
        (h) => plus(h, { port: 444 }),
      ),
    );
    const json = await play([SIXTY, SIXTY, ...scans], { learnScans: 2 });
    const spread = json.anomalies.find((a) => a.kind === "port-spread");
    expect(spread?.members.map((m) => m.ip)).toEqual(["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"]);
    expect(told(json).filter((line) => line.startsWith("port-opened") && !line.endsWith("resolved"))).toEqual([]);
  });
});
