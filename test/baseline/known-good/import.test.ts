import { describe, expect, it } from "vitest";
import { knownGood } from "../../../src/baseline/known-good/export.ts";
import { importKnownGood } from "../../../src/baseline/known-good/import.ts";
import type { SegmentBaseline } from "../../../src/domain/baseline.ts";
import { normalValues } from "../../../src/domain/fields/normal.ts";
import { cycle, host, type HostLike, learned, mac, type PortLike, series, told } from "../world.ts";

const SSH: PortLike = { number: 22, service: "ssh", product: "OpenSSH", version: "9.2", ssh: "ssh-ed25519:k1" };
const WEB: PortLike = { number: 80, service: "http", product: "nginx", version: "1.24" };
const SERVER: HostLike = { address: "10.0.0.7", mac: mac(7), name: "a.example", ports: [SSH] };

function state(...like: readonly HostLike[]): SegmentBaseline {
  return learned(
    like.map((one) => host(one)),
    22,
  );
}

function imported(live: SegmentBaseline, file: SegmentBaseline, replace = false) {
  const scan = Math.max(...[...live.hosts.values()].map((one) => one.lastSeen.scan));
  const at = Math.max(...[...live.hosts.values()].map((one) => one.lastSeen.at));
  return importKnownGood(live, knownGood(file), { at: { scan, at: at + 1 }, replace });
}

function at(baseline: SegmentBaseline, address: string) {
  return [...baseline.hosts.values()].find((one) => one.address === address);
}

const withPort = (port: PortLike): HostLike => ({ ...SERVER, ports: [SSH, port] });
const withSsh = (change: Partial<PortLike>): HostLike => ({ ...SERVER, ports: [{ ...SSH, ...change }] });

describe("a file beside what is known here", () => {
  const news = cycle(state(SERVER), [host(withPort(WEB))]).lesson.baseline;

  it("makes a port normal that opened here, with what it shows", () => {
    const after = imported(news, state(withPort(WEB))).baseline;
    expect(at(after, "10.0.0.7")?.ports.get("tcp/80")).toMatchObject({ reference: "open", current: "open" });
    expect(told(cycle(after, [host(withPort(WEB))]).deviations)).toEqual([]);
  });

  it("holds what the port shows here against what it says", () => {
    const after = imported(news, state(withPort({ ...WEB, product: "Apache httpd" }))).baseline;
    expect(told(cycle(after, [host(withPort(WEB))]).deviations)).toEqual(["service-changed 10.0.0.7 tcp/80"]);
  });

  it("adds values where several can be normal", () => {
    const after = imported(state(SERVER), state({ ...SERVER, name: "b.example" })).baseline;
    const name = at(after, "10.0.0.7")?.fields.get("name");
    expect(name && normalValues(name).toSorted()).toEqual(["a.example", "b.example"]);
    expect(told(cycle(after, [host({ ...SERVER, name: "b.example" })]).deviations)).toEqual([]);
  });

  it("does not bring back a version that an upgrade ended", () => {
    const after = imported(state(withSsh({ version: "9.6" })), state(withSsh({ version: "9.2" }))).baseline;
    expect(told(cycle(after, [host(withSsh({ version: "9.2" }))]).deviations)).toEqual([
      "version-downgraded 10.0.0.7 tcp/22",
    ]);
  });

  it("leaves a key as it is here, and takes the file's where it replaces", () => {
    const [live, file] = [state(withSsh({ ssh: "ssh-ed25519:k2" })), state(SERVER)];
    expect(told(cycle(imported(live, file).baseline, [host(withSsh({ ssh: "ssh-ed25519:k2" }))]).deviations)).toEqual(
      [],
    );
    const replaced = imported(live, file, true).baseline;
    expect(told(cycle(replaced, [host(withSsh({ ssh: "ssh-ed25519:k2" }))]).deviations)).toEqual([
      "hostkey-changed 10.0.0.7 tcp/22",
    ]);
    expect(told(cycle(replaced, [host(SERVER)]).deviations)).toEqual([]);
  });

  it("takes the key that is there now where only the file knows it", () => {
    const changed = cycle(state(SERVER), [host(withSsh({ ssh: "ssh-ed25519:k2" }))]).lesson.baseline;
    const after = imported(changed, state(withSsh({ ssh: "ssh-ed25519:k2" }))).baseline;
    expect(told(cycle(after, [host(withSsh({ ssh: "ssh-ed25519:k2" }))]).deviations)).toEqual([]);
    expect(told(cycle(after, [host(SERVER)]).deviations)).toEqual(["hostkey-changed 10.0.0.7 tcp/22"]);
  });

  it("ends a port that it does not have only where it replaces", () => {
    const [live, file] = [state(withPort(WEB)), state(SERVER)];
    expect(told(cycle(imported(live, file).baseline, [host(withPort(WEB))]).deviations)).toEqual([]);
    const replaced = imported(live, file, true).baseline;
    expect(told(cycle(replaced, [host(withPort(WEB))]).deviations)).toEqual(["port-opened 10.0.0.7 tcp/80"]);
  });

  it("makes a stranger a known host, and a host that was never here an expected one", () => {
    const other: HostLike = { address: "10.0.0.9", mac: mac(9), ports: [WEB] };
    const stranger = cycle(state(SERVER), [host(SERVER), host(other)]).lesson.baseline;
    const after = imported(stranger, state(SERVER, other, { address: "10.0.0.10", mac: mac(10) })).baseline;
    expect(at(after, "10.0.0.9")?.reference).toBe("known");
    const scans = Array.from({ length: 4 }, () => [host(SERVER), host(other)]);
    const said = series(after, scans).flatMap(({ deviations }) => told(deviations));
    expect([...new Set(said)]).toEqual(["host-disappeared 10.0.0.10 presence"]);
  });

  it("leaves another machine at its address alone, unless it replaces", () => {
    const other = state({ address: SERVER.address, mac: mac(99), ports: [{ ...SSH, ssh: "ssh-ed25519:k9" }] });
    expect(imported(other, state(SERVER))).toMatchObject({ others: ["10.0.0.7"], touched: new Set() });
    const replaced = imported(other, state(SERVER), true);
    expect(replaced.others).toEqual([]);
    expect([...replaced.baseline.hosts.keys()]).toEqual([...other.hosts.keys()]);
    expect(told(cycle(replaced.baseline, [host(SERVER)]).deviations)).toEqual([]);
  });

  it("finds a host that has another address here by its key", () => {
    const moved = state({ ...SERVER, address: "10.0.0.70" });
    const after = imported(moved, state(withPort(WEB))).baseline;
    expect(after.hosts.size).toBe(1);
    expect(at(after, "10.0.0.70")?.ports.get("tcp/80")?.reference).toBe("open");
    expect(told(cycle(after, [host({ ...withPort(WEB), address: "10.0.0.70" })]).deviations)).toEqual([]);
  });

  it("of some hosts leaves the maturity of the segment alone", () => {
    const young = learned([host(SERVER)], 2);
    const part = knownGood(state(withPort(WEB)), ({ address }) => address === "10.0.0.7");
    const rule = { at: { scan: 2, at: 2 }, replace: false };
    expect(importKnownGood(young, part, rule).baseline.scans).toBe(2);
    expect(importKnownGood(young, knownGood(state(withPort(WEB))), rule).baseline.scans).toBe(22);
  });

  it("a second time changes nothing", () => {
    const once = imported(news, state(withPort(WEB))).baseline;
    expect(knownGood(imported(once, state(withPort(WEB))).baseline)).toEqual(knownGood(once));
  });
});
