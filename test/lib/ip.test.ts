import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Cidr,
  cidrCover,
  addressHint,
  addressVersion,
  bracketed,
  canonicalAddress,
  cidrAddresses,
  cidrContains,
  cidrSize,
  compareAddresses,
  formatCidr,
  parseCidr,
} from "../../src/lib/ip.ts";

describe("an address", () => {
  it.each([
    ["10.0.0.1", "10.0.0.1"],
    ["2001:DB8::0:1", "2001:db8::1"],
    ["FE80:0:0:0:0:0:0:1", "fe80::1"],
    ["::1", "::1"],
    ["::", "::"],
  ])("%s is %s", (text, canonical) => expect(canonicalAddress(text)).toBe(canonical));

  it.each([
    "",
    "10.0.0",
    "10.1",
    "010.0.0.1",
    "0x7f.0.0.1",
    "0x7f.1",
    "10.0.0.256",
    "10.0.0.1 ",
    "10.0.0.1\n",
    "１０.0.0.1",
    "::ffff:10.0.0.1",
    "fe80::1%eth0",
    "localhost",
    "10.0.0.1/24",
    "-oN",
    "1.2.3.4,--script=x",
    "2001:db8::1::2",
    ":",
    "12345::",
  ])("%j is refused: two programs might read two hosts", (text) => expect(canonicalAddress(text)).toBeNull());

  it.each([
    ["10.0.0.7", "10.0.0.7"],
    ["2001:db8::7", "[2001:db8::7]"],
    ["2001:db8::/64", "[2001:db8::/64]"],
    ["db.internal", "db.internal"],
  ])("%s stands before a port as %s", (address, text) => expect(bracketed(address)).toBe(text));

  it.each([
    ["::ffff:10.0.0.1", /write 10\.0\.0\.1$/],
    ["::ffff:a00:1", /write 10\.0\.0\.1$/],
    ["fe80::1%eth0", /zone/],
    ["[::1]:443", /brackets/],
    ["2001:db8::1", null],
    ["10.0.0.1", null],
    ["50%25.example", null],
    ["2001:db8::1::2", null],
  ])("%s has a hint: %s", (text, hint) => {
    if (hint === null) expect(addressHint(text)).toBeNull();
    else expect(addressHint(text)).toMatch(hint);
  });

  it("is canonical once and for all", () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string()), (text) => {
        const once = canonicalAddress(text);
        if (once !== null) expect(canonicalAddress(once)).toBe(once);
      }),
    );
  });

  it("is ordered by number, IPv4 first", () => {
    const list = ["10.0.0.10", "::2", "10.0.0.9", "9.255.255.255", "::1"];
    expect(list.toSorted(compareAddresses)).toEqual(["9.255.255.255", "10.0.0.9", "10.0.0.10", "::1", "::2"]);
    expect(list.map(addressVersion)).toEqual([4, 6, 4, 4, 6]);
  });
});

describe("a network", () => {
  it.each([
    ["10.0.0.9/24", "10.0.0.0/24"],
    ["10.0.0.9", "10.0.0.9"],
    ["10.0.0.9/32", "10.0.0.9"],
    ["2001:db8::ff/120", "2001:db8::/120"],
    ["0.0.0.0/0", "0.0.0.0/0"],
  ])("%s is %s", (text, canonical) => {
    const cidr = parseCidr(text);
    expect(cidr === null ? null : formatCidr(cidr)).toBe(canonical);
  });

  it.each(["10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8/8", "x/8", "::/129", "10.0.0.0/1e1"])(
    "%j is none",
    (text) => expect(parseCidr(text)).toBeNull(),
  );

  it("contains exactly the addresses it lists", () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.integer({ min: 24, max: 32 }), fc.ipV4(), (base, prefix, other) => {
        const cidr = parseCidr(`${base}/${prefix}`);
        if (cidr === null) throw new Error("no network");
        const members = [...cidrAddresses(cidr)];
        expect(BigInt(members.length)).toBe(cidrSize(cidr));
        expect(members).toContain(base);
        expect(members.every((address) => cidrContains(cidr, address))).toBe(true);
        expect(cidrContains(cidr, other)).toBe(members.includes(other));
      }),
    );
  });

  it("of one version contains no address of the other", () => {
    const all = parseCidr("0.0.0.0/0");
    expect(all !== null && cidrContains(all, "::1")).toBe(false);
  });
});

describe("the fewest networks that hold some addresses", () => {
  const cover = (addresses: readonly string[]) => cidrCover(addresses).map(formatCidr);
  it.each([
    ["a whole network", [...cidrAddresses(network("10.0.0.0/28"))], ["10.0.0.0/28"]],
    [
      "one without its last address",
      [...cidrAddresses(network("10.0.0.0/30"))].slice(0, 3),
      ["10.0.0.0/31", "10.0.0.2"],
    ],
    ["single addresses", ["10.0.0.9", "10.0.0.1"], ["10.0.0.1", "10.0.0.9"]],
    ["both families", ["2001:db8::1", "10.0.0.1", "2001:db8::"], ["10.0.0.1", "2001:db8::/127"]],
    ["none", [], []],
  ])("%s", (_, addresses, networks) => {
    expect(cover(addresses)).toEqual(networks);
  });

  it("holds exactly these addresses, each once", () => {
    const anyAddress = fc.nat(255).map((n) => `10.0.0.${n}`);
    fc.assert(
      fc.property(fc.array(anyAddress), (addresses) => {
        const held = cidrCover(addresses).flatMap((cidr) => [...cidrAddresses(cidr)]);
        expect(held).toEqual([...new Set(addresses)].toSorted(compareAddresses));
      }),
    );
  });
});

function network(text: string): Cidr {
  const cidr = parseCidr(text);
  if (cidr === null) throw new Error(`no network: ${text}`);
  return cidr;
}
