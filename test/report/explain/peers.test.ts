import { describe, expect, it } from "vitest";
import type { Anomaly } from "../../../src/domain/anomaly.ts";
import type { HostBaseline } from "../../../src/domain/baseline.ts";
import type { Deviation } from "../../../src/domain/deviation.ts";
import { peersOf } from "../../../src/report/model/explain/peers.ts";
import { change, deviation, host, life, nonNull, segmentOf, START } from "../../score/build.ts";
import { hostWith } from "./hosts.ts";

const WEB = { open: ["tcp/22", "tcp/443"] } as const;
const DESK = { open: ["tcp/135", "tcp/445"] } as const;
const servers = [41, 42, 43, 44, 45].map((n) => hostWith(n, WEB));
const desks = [61, 62, 63].map((n) => hostWith(n, DESK));

function raised(...deviations: readonly Deviation[]): Anomaly {
  return nonNull(life().cycle(deviations).changed[0]);
}

function among(hosts: readonly HostBaseline[], anomaly: Anomaly, others: readonly Anomaly[] = []) {
  return peersOf(anomaly, { baseline: segmentOf(hosts, 100), others });
}

function replaced(n: number, one: HostBaseline): readonly HostBaseline[] {
  return [...servers.filter((server) => server.id !== `host-${n}`), one, ...desks];
}

describe("how unusual something is among hosts of the same role", () => {
  it("a port that no other server has", () => {
    const hosts = replaced(41, hostWith(41, { ...WEB, fresh: ["tcp/4444"] }));
    expect(among(hosts, raised(deviation()))).toEqual({
      role: "server",
      hosts: 5,
      alike: 1,
      text: "the only one of 5 servers with port 4444/tcp open",
    });
  });

  it("a port that others of its role have, and a workstation with it does not count", () => {
    const more = hostWith(42, { ...WEB, fresh: ["tcp/4444"] });
    const hosts = [
      ...replaced(41, hostWith(41, { ...WEB, fresh: ["tcp/4444"] })).filter(({ id }) => id !== "host-42"),
      more,
      hostWith(64, { ...DESK, fresh: ["tcp/4444"] }),
    ];
    expect(among(hosts, raised(deviation()))?.text).toBe("2 of 5 servers have port 4444/tcp open, this one included");
  });

  it("hosts on which the port was never looked for say nothing", () => {
    const hosts = [hostWith(41, WEB), hostWith(42, WEB), hostWith(43, { ...WEB, asked: false }), hostWith(44, WEB)];
    expect(among(hosts, raised(deviation()))?.hosts).toBe(3);
  });

  it("a port that closed while its peers keep it", () => {
    const port = { transport: "tcp" as const, number: 443 };
    const closed = raised(deviation({ kind: "port-closed", port, target: "closed", from: "open", to: "closed" }));
    const hosts = replaced(41, hostWith(41, { open: ["tcp/22"] }));
    expect(among(hosts, closed)?.text).toBe("4 of 5 servers have port 443/tcp open");
  });

  it("a version that some show already, while others keep the earlier one", () => {
    const hosts = [
      hostWith(41, { ...WEB, fields: { version: "9.8p1" } }),
      hostWith(42, { ...WEB, fields: { version: "9.8p1" } }),
      hostWith(43, { ...WEB, fields: { version: "9.6p1" } }),
      hostWith(44, { ...WEB, fields: { version: "9.6p1" } }),
    ];
    const updated = raised(change("version-changed", 41, ["9.6p1", "9.8p1"]));
    expect(among(hosts, updated)).toMatchObject({
      alike: 2,
      text: "1 of 3 other servers with port 22/tcp open shows the same new value; 2 show the earlier one",
    });
  });

  it("what has no value to share is compared by how often it happened", () => {
    const gone = (n: number) =>
      deviation({ kind: "host-disappeared", host: host(n), port: null, subject: "presence", target: "gone" });
    const [mine, its] = [raised(gone(41)), raised(gone(42))];
    expect(among([...servers, ...desks], mine, [mine, its])?.text).toBe(
      "the same was found on 1 of 4 other servers in the last 30 days",
    );
    expect(among([...servers, ...desks], mine, [mine])?.text).toBe(
      "the same was found on none of 4 other servers in the last 30 days",
    );
  });

  it("too few of one role are compared with the whole segment", () => {
    const hosts = [hostWith(41, WEB), ...desks];
    expect(among(hosts, raised(deviation()))).toMatchObject({
      role: null,
      text: "none of 4 hosts of the segment has port 4444/tcp open",
    });
  });

  it("what the operator says a host is for wins", () => {
    const baseline = segmentOf([...servers, ...desks], 100);
    const roles = (address: string) => (address === "10.20.30.41" ? ("workstation" as const) : null);
    expect(peersOf(raised(deviation()), { baseline, roles, others: [] })).toMatchObject({
      role: "workstation",
      hosts: 4,
    });
  });

  it("a group is compared as all its hosts", () => {
    const updates = [41, 42, 43].map((n) => change("version-changed", n, ["9.6p1", "9.8p1"], { observedAt: START }));
    const hosts = servers.map((one) => ({
      ...one,
      ports: hostWith(1, { ...WEB, fields: { version: "9.8p1" } }).ports,
    }));
    expect(among(hosts, raised(...updates))?.text).toContain("2 of 2 other");
  });

  it("a host that the baseline forgot has no peers", () => {
    expect(among(desks, raised(deviation()))).toBeNull();
  });
});
