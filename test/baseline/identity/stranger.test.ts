import { describe, expect, it } from "vitest";
import { cycle, host, type HostLike, learned, mac, os, told } from "../world.ts";

const MADE_UP = "02-00-00-00-00-20";
const OTHER_MADE_UP = "06-00-00-00-00-77";
const SERVER = host({ address: "10.0.0.5", mac: mac(5), name: "server.example", ports: [{ number: 22 }] });
const WINDOWS: HostLike = {
  address: "10.0.0.20",
  name: "pc20.example",
  os: os(["Windows"]),
  ports: [
    { number: 135, service: "msrpc" },
    { number: 445, service: "microsoft-ds" },
    { number: 49_664, service: "msrpc" },
  ],
};
const LINUX: HostLike = {
  address: "10.0.0.20",
  name: "build7.example",
  os: os(["Linux"]),
  ports: [
    { number: 22, service: "ssh", product: "OpenSSH", ssh: "ssh-ed25519:l7" },
    { number: 8000, service: "http" },
  ],
};

const APPEARED = ["host-appeared 10.0.0.20 presence"];

/** What is told of an address in the scan in which somebody else is there. */
function news(before: HostLike, now: HostLike, vantage: "ok" | "degraded" = "ok"): readonly string[] {
  const baseline = learned([SERVER, host(before)]);
  return told(cycle(baseline, [SERVER, host(now)], { vantage: { state: vantage } }).deviations);
}

function without(named: HostLike): HostLike {
  const { name, ...rest } = named;
  return name === undefined ? named : rest;
}

describe("an address that DHCP gave to another machine, where nothing strong tells them apart", () => {
  it.each<{ name: string; before: HostLike; now: HostLike; told: readonly string[] }>([
    { name: "behind a router", before: WINDOWS, now: LINUX, told: APPEARED },
    { name: "behind a router, without a name now", before: WINDOWS, now: without(LINUX), told: APPEARED },
    { name: "behind a router, without names at all", before: without(WINDOWS), now: without(LINUX), told: APPEARED },
    {
      name: "with made-up cards",
      before: { ...WINDOWS, mac: MADE_UP },
      now: { ...LINUX, mac: OTHER_MADE_UP },
      told: APPEARED,
    },
    {
      name: "with a made-up card before and a real one now",
      before: { ...WINDOWS, mac: MADE_UP },
      now: { ...LINUX, mac: mac(77) },
      told: APPEARED,
    },
    {
      name: "behind a router, with the name that DHCP makes of the address",
      before: { ...WINDOWS, name: "dhcp-20.corp.example" },
      now: { ...LINUX, name: "dhcp-20.corp.example" },
      told: APPEARED,
    },
    {
      name: "of the same system, when name and services are others",
      before: { ...LINUX, name: "web.example", ports: [{ number: 80, service: "http", product: "nginx" }] },
      now: { ...LINUX, name: "mail.example", ports: [{ number: 25, service: "smtp", product: "Postfix" }] },
      told: APPEARED,
    },
    {
      name: "two phones that serve nothing: name and card are others",
      before: { address: "10.0.0.20", name: "phone-a", mac: MADE_UP },
      now: { address: "10.0.0.20", name: "phone-b", mac: OTHER_MADE_UP },
      told: APPEARED,
    },
  ])("$name: it is a new host, and nothing of it is compared", ({ before, now, told: expected }) => {
    expect(news(before, now)).toEqual(expected);
  });

  it.each<{ name: string; before: HostLike; now: HostLike; told: readonly string[] }>([
    {
      name: "the name stays: the machine was installed anew",
      before: WINDOWS,
      now: { ...LINUX, name: "pc20.example" },
      told: ["port-opened 10.0.0.20 tcp/22", "port-opened 10.0.0.20 tcp/8000"],
    },
    {
      name: "one service stays: what opened beside it is news of this host",
      before: WINDOWS,
      now: { ...LINUX, ports: [...(LINUX.ports ?? []), { number: 445, service: "microsoft-ds" }] },
      told: ["name-changed 10.0.0.20 name", "port-opened 10.0.0.20 tcp/22", "port-opened 10.0.0.20 tcp/8000"],
    },
    {
      name: "only the services are others",
      before: without(LINUX),
      now: { ...without(LINUX), ports: [{ number: 4444, service: "unknown" }] },
      told: ["port-opened 10.0.0.20 tcp/4444"],
    },
    {
      name: "only the made-up card is another one",
      before: { ...WINDOWS, mac: MADE_UP },
      now: { ...WINDOWS, mac: OTHER_MADE_UP },
      told: [],
    },
  ])("$name: it is the same host", ({ before, now, told: expected }) => {
    expect(news(before, now)).toEqual(expected);
  });

  it("the machine that was there before is missed, and comes back as itself", () => {
    let { baseline } = cycle(learned([SERVER, host(WINDOWS)]), [SERVER, host(LINUX)]).lesson;
    const [windows] = [...baseline.hosts.values()].filter(({ ports }) => ports.has("tcp/445"));
    const both = [SERVER, host(LINUX), host({ ...WINDOWS, address: "10.0.0.31" })];
    expect(told(cycle(baseline, both).deviations)).toEqual([
      "host-appeared 10.0.0.20 presence",
      "host-moved 10.0.0.31 ip",
    ]);
    for (let i = 0; i < 2; i++) baseline = cycle(baseline, [SERVER, host(LINUX)]).lesson.baseline;
    expect(baseline.hosts.get(windows?.id ?? "")?.current).toBe("gone");
  });
});

describe("who answers in a scan that lost answers", () => {
  const PC: HostLike = { ...WINDOWS, mac: mac(20) };
  const lost: HostLike = { ...PC, mac: mac(21), os: null, ports: [{ number: 135, service: "msrpc" }] };

  it.each<{ name: string; now: HostLike; degraded: readonly string[]; ok: readonly string[] }>([
    {
      name: "another card, and services that do not answer, make no other machine",
      now: lost,
      degraded: ["mac-changed 10.0.0.20 mac"],
      ok: ["identity-changed 10.0.0.20 identity"],
    },
    {
      name: "another card where no service answers and the name is not known makes none either",
      now: { ...without(lost), ports: [] },
      degraded: ["mac-changed 10.0.0.20 mac"],
      ok: ["identity-changed 10.0.0.20 identity"],
    },
    {
      name: "another card with another name is another machine in any scan",
      now: { ...lost, name: "visitor.example" },
      degraded: ["identity-changed 10.0.0.20 identity"],
      ok: ["identity-changed 10.0.0.20 identity"],
    },
    {
      name: "another card with other software is another machine in any scan",
      now: { ...lost, ports: [{ number: 135, service: "http" }] },
      degraded: ["identity-changed 10.0.0.20 identity"],
      ok: ["identity-changed 10.0.0.20 identity"],
    },
  ])("$name", ({ now, degraded, ok }) => {
    const own = (lines: readonly string[]) => lines.filter((line) => !line.startsWith("port-closed"));
    expect(own(news(PC, now, "degraded"))).toEqual(degraded);
    expect(own(news(PC, now))).toEqual(ok);
  });

  it("a port that opens beside services that were lost is still news of its host", () => {
    const now = { ...without(WINDOWS), os: null, ports: [{ number: 4444, service: "unknown" }] };
    expect(news(without(WINDOWS), now, "degraded")).toEqual(["port-opened 10.0.0.20 tcp/4444"]);
  });
});
