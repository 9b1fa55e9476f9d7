import { describe, expect, test } from "vitest";
import { networksOf, readMatch, readTarget } from "../../src/domain/target.ts";
import { planTargets } from "../../src/scan/plan/targets.ts";

function plan(targets: string[], exclude: string[] = []) {
  return planTargets({ targets, exclude, resolve: () => null, ipv6: true });
}

describe("targets that are refused", () => {
  test.each([
    ["an output option", "-oN/x"],
    ["a script option", "--script=e.nse"],
    ["options behind a comma", "127.0.0.1,--script,x"],
    ["an input list", "-iL"],
    ["an option with a blank", "127.0.0.1 --script x"],
    ["a newline", "127.0.0.1\n-oN/x"],
    ["a NUL byte", "127.0.0.1\0"],
    ["Unicode digits", "１２７.0.0.1"],
    ["a hexadecimal short form", "0x7f.1"],
    ["a short form", "127.1"],
    ["one number", "2130706433"],
    ["one hexadecimal number", "0x7f000001"],
    ["an octal octet", "127.0.0.010"],
    ["an octet over 255", "10.0.0.256"],
    ["an IPv4-mapped address", "::ffff:127.0.0.1"],
    ["an IPv4-mapped address in hexadecimal", "::ffff:a00:1"],
    ["an IPv4-mapped network", "::ffff:10.0.0.0/120"],
    ["a zone", "fe80::1%eth0"],
    ["a zone with a prefix", "fe80::%eth0/64"],
    ["brackets", "[2001:db8::1]"],
    ["an IPv6 range", "2001:db8::1-9"],
    ["a bad IPv6 prefix", "2001:db8::1/129"],
    ["two double colons", "2001::db8::1"],
    ["everything", "0.0.0.0/0"],
    ["everything in IPv6", "::/0"],
    ["a bad prefix", "10.0.0.0/33"],
    ["two slashes", "10.0.0.0/24/24"],
    ["nmap's octet ranges in the middle", "10.0-3.0.1"],
    ["an upside-down range", "10.0.0.9-2"],
    ["a range beyond 255", "10.0.0.250-260"],
    ["a wildcard", "10.0.0.*"],
    ["an empty text", ""],
    ["a dash alone", "-"],
    ["a name that ends in a dash", "host-"],
    ["a path", "../etc/passwd"],
  ])("%s: %j", (_, text) => {
    expect(readTarget(text)).toMatchObject({ ok: false });
    expect(plan([text])).toMatchObject({ ok: false });
    expect(plan(["10.0.0.1"], [text])).toMatchObject({ ok: false });
  });
});

describe("what is no list of hosts", () => {
  test.each([
    ["2001:db8::/64", "an IPv6 network wider than /120 is never swept: list its hosts"],
    ["2001:db8::/119", "an IPv6 network wider than /120 is never swept: list its hosts"],
    ["10.0.0.0/15", "131072 addresses, at most 65536 fit in one plan"],
    ["fe80::1", "a link-local address means a different host on every link; list the global address"],
    ["fe80::/120", "a link-local address means a different host on every link; list the global address"],
    ["ff02::1", "a multicast address is a group, not a host; list the hosts"],
    ["::", "the unspecified address is not a host"],
  ])("%s is refused as a target, and is what hosts are held against", (text, reason) => {
    expect(readTarget(text)).toEqual({ ok: false, error: reason });
    expect(plan([text])).toMatchObject({ ok: false, error: [{ text, reason }] });
    expect(readMatch(text)).toMatchObject({ ok: true });
    expect(plan(["10.0.0.1", "2001:db8::1"], [text])).toMatchObject({ ok: true });
  });

  test("an excluded IPv6 network spares its hosts", () => {
    expect(plan(["2001:db8:1::1", "2001:db8:2::1", "::1"], ["2001:db8:1::/64"])).toMatchObject({
      ok: true,
      value: { addresses: ["::1", "2001:db8:2::1"], excluded: ["2001:db8:1::/64"] },
    });
  });
});

describe("an IPv6 target", () => {
  test.each([
    ["2001:DB8::0:1", ["2001:db8::1"]],
    ["2001:0db8:0000:0000:0000:0000:0000:0001", ["2001:db8::1"]],
    ["::1", ["::1"]],
    ["2001:db8::ff/126", ["2001:db8::fc", "2001:db8::fd", "2001:db8::fe", "2001:db8::ff"]],
  ])("%s means %j", (text, addresses) => {
    expect(plan([text])).toMatchObject({ ok: true, value: { addresses } });
  });

  test("of 256 addresses is still a list", () => {
    const result = plan(["2001:db8::/120"]);
    expect(result.ok && result.value.addresses).toHaveLength(256);
  });

  test.each([
    ["::ffff:10.0.0.1", "an IPv4-mapped address is the IPv4 host itself: write 10.0.0.1"],
    ["::10.0.0.1", "an IPv4-mapped address is the IPv4 host itself: write 10.0.0.1"],
    ["::FFFF:0a00:0001", "an IPv4-mapped address is the IPv4 host itself: write 10.0.0.1"],
    ["fe80::1%eth0", "an address with a zone (%) is link-local: it means a different host on every link"],
    ["[2001:db8::1]", "brackets belong to URLs: write the address without them"],
    ["2001:db8::1-9", "ranges are for IPv4, IPv6 hosts are listed one by one"],
  ])("that is doubtful is refused with what to write instead: %s", (text, reason) => {
    expect(readTarget(text)).toEqual({ ok: false, error: expect.stringContaining(reason) });
  });
});

test("a name is kept in lower case without its last dot, and names no network", () => {
  expect(readTarget("DB.Internal.")).toEqual({ ok: true, value: { kind: "name", name: "db.internal" } });
  expect(networksOf("db.internal")).toEqual([]);
  expect(networksOf("10.0.0.0/24")).toHaveLength(1);
});
