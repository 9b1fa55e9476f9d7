import type { networkInterfaces } from "node:os";
import { describe, expect, test } from "vitest";
import { hasIpv6, nearest } from "../../../src/scan/nmap/own-addresses.ts";

type Interfaces = ReturnType<typeof networkInterfaces>;

const MAC = "02:00:00:00:00:01";
const four = (cidr: string) => {
  const [address = ""] = cidr.split("/");
  return { address, cidr, netmask: "", family: "IPv4" as const, mac: MAC, internal: address.startsWith("127.") };
};
const six = (cidr: string) => {
  const [address = ""] = cidr.split("/");
  const scopeid = address.startsWith("fe80:") ? 2 : 0;
  return { address, cidr, netmask: "", family: "IPv6" as const, mac: MAC, internal: address === "::1", scopeid };
};
const LO = [four("127.0.0.1/8"), six("::1/128")];

describe("this machine", () => {
  test.each<[string, Interfaces, boolean]>([
    ["nothing", {}, false],
    ["loopback alone", { lo: LO }, false],
    ["IPv4", { lo: LO, eth0: [four("10.0.0.2/24")] }, false],
    ["a link-local address, which every link has", { lo: LO, eth0: [four("10.0.0.2/24"), six("fe80::2/64")] }, false],
    ["a global address", { lo: LO, eth0: [six("fe80::2/64"), six("2001:db8::2/64")] }, true],
    ["an address of its site", { lo: LO, eth0: [six("fd00::2/64")] }, true],
  ])("with %s speaks IPv6 beyond itself: %#", (_, interfaces, expected) => {
    expect(hasIpv6(interfaces)).toBe(expected);
  });

  const both = {
    lo: LO,
    eth0: [four("10.0.0.2/24"), six("fe80::2/64"), six("2001:db8::2/64"), six("2001:db8:1::2/64")],
  };

  test.each<[string, Interfaces, string | null, string | null]>([
    ["10.0.0.9", both, "10.0.0.2", "eth0"],
    ["192.0.2.9", both, "10.0.0.2", null],
    ["127.20.0.9", both, "127.0.0.1", "lo"],
    ["2001:db8:1::9", both, "2001:db8:1::2", "eth0"],
    ["2001:db8:9::9", both, "2001:db8::2", null],
    ["::1", both, "::1", "lo"],
    ["2001:db8::9", { lo: LO, eth0: [four("10.0.0.2/24")] }, null, null],
    ["2001:db8::9", { lo: LO, eth0: [six("fe80::2/64")] }, null, null],
  ])("without the program ip reaches %s from an address of its family: %#", (target, interfaces, source, device) => {
    expect(nearest(target, interfaces)).toMatchObject({ source, device });
  });
});
