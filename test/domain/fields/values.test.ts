import { describe, expect, it } from "vitest";
import { hostFieldValues, portFieldValues } from "../../../src/domain/fields/values.ts";
import { isRelearned } from "../../../src/domain/fields/compare.ts";
import { macClass } from "../../../src/domain/mac.ts";
import { host } from "../../baseline/world.ts";
import type { HostLike, PortLike } from "../../baseline/world.ts";

function fieldsOf(like: PortLike): Record<string, string> {
  const [port] = host({ address: "10.0.0.1", ports: [like] }).ports;
  return Object.fromEntries(portFieldValues(port!));
}

describe("what of a port can be compared", () => {
  const probed = { number: 80, service: "http", product: "nginx", version: "1.2" } as const;
  const cases: readonly (readonly [name: string, like: PortLike, values: Record<string, string>])[] = [
    ["a service that answered", probed, { service: "http", product: "nginx", version: "1.2" }],
    [
      "a service inside TLS is another service",
      { number: 443, service: "http", tunnel: "ssl" },
      { service: "ssl/http" },
    ],
    ["a wrapped port did not answer", { ...probed, service: "tcpwrapped" }, {}],
    ["a name with a question mark is a guess", { ...probed, service: "http?" }, {}],
    ["an unknown service is none", { ...probed, service: "unknown" }, {}],
    ["a name from the table is a guess", { ...probed, method: "table", confidence: 3 }, {}],
    ["confidence 7 is a guess", { ...probed, confidence: 7 }, {}],
    ["confidence 8 is an answer", { number: 80, service: "http", confidence: 8 }, { service: "http" }],
    ["a range of versions is none", { ...probed, version: "3.X - 4.X" }, { service: "http", product: "nginx" }],
    ["an open-ended version is none", { ...probed, version: "2.2.8 or later" }, { service: "http", product: "nginx" }],
    ["blank text is none", { ...probed, product: "  ", version: "" }, { service: "http" }],
    [
      "keys and banner need no identified service",
      { number: 22, ssh: "k", tls: "t", banner: "b" },
      { ssh: "k", tls: "t", banner: "b" },
    ],
    ["a port that is not open shows nothing", { ...probed, state: "filtered" }, {}],
  ];
  it.each(cases)("%s", (_, like, values) => {
    expect(fieldsOf(like)).toEqual(values);
  });
});

describe("what of a host can be compared", () => {
  const ip = { ip: "10.0.0.1", all_ports_open: "no" };
  const port = (ttl: number, state: "open" | "closed" = "open"): PortLike => ({ number: ttl, ttl, state });
  const cases: readonly (readonly [name: string, like: Omit<HostLike, "address">, values: Record<string, string>])[] = [
    ["its address", {}, ip],
    ["its name in lower case", { name: "Web.Example" }, { ...ip, name: "web.example" }],
    ["its MAC", { mac: "00-50-56-00-00-01" }, { ...ip, mac: "00-50-56-00-00-01" }],
    ["not the MAC of a router pair", { mac: "00-00-5E-00-01-0A" }, ip],
    ["the TTL class all its open ports agree on", { ports: [port(64), port(57)] }, { ...ip, reason_ttl: "64" }],
    ["no TTL class if they disagree", { ports: [port(64), port(128)] }, ip],
    ["no TTL class from a reset, which a firewall may have sent", { ports: [port(64, "closed")] }, ip],
    ["a tarpit", { allPortsOpen: 990 }, { ...ip, all_ports_open: "yes" }],
    ["nothing about all ports when they were not measured", { covered: null }, { ip: "10.0.0.1" }],
  ];
  it.each(cases)("%s", (_, like, values) => {
    expect(Object.fromEntries(hostFieldValues(host({ address: "10.0.0.1", ...like })))).toEqual(values);
  });
});

describe("what a MAC address proves", () => {
  it.each([
    ["00-50-56-9A-3C-41", "universal"],
    ["02-42-AC-11-00-02", "local"],
    ["DE-AD-BE-EF-00-01", "local"],
    ["00-00-5E-00-01-01", "virtual"],
    ["00-00-5E-00-02-01", "virtual"],
    ["00-00-0C-07-AC-0A", "virtual"],
    ["00-00-0C-9F-F0-0A", "virtual"],
    ["00-07-B4-00-01-01", "virtual"],
    ["FF-FF-FF-FF-FF-FF", "virtual"],
    ["00-00-00-00-00-00", "virtual"],
  ])("%s is %s", (mac, kind) => {
    expect(macClass(mac)).toBe(kind);
  });
});

describe("what is learned anew together", () => {
  it("fields of the service with the service, keys with their script, names with nothing", () => {
    const service = new Set(["service" as const]);
    expect((["product", "ssh", "name"] as const).map((field) => isRelearned(field, service))).toEqual([
      true,
      false,
      false,
    ]);
    expect(isRelearned("ssh", new Set(["script:ssh-hostkey" as const]))).toBe(true);
  });
});
