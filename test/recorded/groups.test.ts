import { describe, expect, it } from "vitest";
import { httpPort, plus, segment } from "./segment.ts";
import { play, told } from "./play.ts";
import type { HostSpec } from "../support/nmap-xml.ts";

const FIFTY = segment(50);
const first = (n: number, change: (host: HostSpec) => HostSpec) => FIFTY.map((h, i) => (i < n ? change(h) : h));
const withHttp = (version: string) => (h: HostSpec) => ({
  ...h,
  ports: [...(h.ports ?? []).slice(0, 1), httpPort(version)],
});

describe("the same change on many hosts of recorded scans", () => {
  it("two hosts are two anomalies, three are one with its members", async () => {
    const two = await play([FIFTY, first(2, (h) => plus(h, { port: 444 }))]);
    expect(told(two)).toEqual(["port-opened 10.0.0.1:444/tcp", "port-opened 10.0.0.2:444/tcp"]);
    const three = await play([FIFTY, first(3, (h) => plus(h, { port: 444 }))]);
    expect(told(three)).toEqual(["rollout 3 hosts:444/tcp"]);
    expect(three.anomalies[0]).toMatchObject({
      host: null,
      group: { kind: "port-opened", from: "closed", to: "open" },
      members: [{ ip: "10.0.0.1" }, { ip: "10.0.0.2" }, { ip: "10.0.0.3" }],
    });
  });

  it("a package update of the fleet is one low anomaly and is over when the last host went back", async () => {
    const updated = first(50, withHttp("1.26.0"));
    const json = await play([FIFTY, updated, updated, first(1, withHttp("1.26.0")), FIFTY]);
    expect(told(json)).toEqual(["rollout 50 hosts:80/tcp resolved"]);
    expect(json.cycles.map((c) => c.anomalies.length)).toEqual([0, 1, 0, 0, 1]);
    expect(json.anomalies[0]).toMatchObject({
      severity: "low",
      group: { kind: "version-changed", from: "1.24.0", to: "1.26.0" },
    });
  });

  it("a third of the segment with other values each is one anomaly as well", async () => {
    const json = await play([FIFTY, FIFTY.map((h, i) => withHttp(`1.26.${i}`)(h))]);
    expect(told(json)).toEqual(["rollout 50 hosts:80/tcp"]);
    expect(json.anomalies[0]?.group).toEqual({ kind: "version-changed", from: "1.24.0", to: null });
    expect(json.anomalies[0]?.message).toBe(
      "50 hosts in segment recorded: version-changed for nginx on 80/tcp from 1.24.0.",
    );
  });

  it("the same recordings give the same answer", async () => {
    const series = [FIFTY, FIFTY.map((h, i) => withHttp(`1.${i % 7}`)(h)), FIFTY.slice(0, 45)];
    expect(await play(series)).toEqual(await play(series));
  });

  it("hosts that vanish together are one anomaly, strangers that come together stay leads of their own", async () => {
    const gone = FIFTY.slice(0, 40);
    const vanished = await play([FIFTY, gone, gone, gone]);
    expect(told(vanished)).toEqual(["rollout 10 hosts"]);
    expect(vanished.anomalies[0]?.message).toBe("10 hosts in segment recorded: host-disappeared.");
    const strangers = segment(53)
      .slice(50)
      .map((h, i) => ({ ...h, address: `10.0.0.${200 + i}` }));
    expect(told(await play([FIFTY, [...FIFTY, ...strangers]]))).toEqual([
      "host-appeared 10.0.0.200",
      "host-appeared 10.0.0.201",
      "host-appeared 10.0.0.202",
    ]);
  });
});
