import { describe, expect, test } from "vitest";
import { networksOf, readTarget } from "../../src/domain/target.ts";
import { planTargets } from "../../src/scan/plan/targets.ts";

function plan(targets: string[], exclude: string[] = []) {
  return planTargets({ targets, exclude, resolve: () => null });
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
    ["a zone", "fe80::1%eth0"],
    ["everything", "0.0.0.0/0"],
    ["everything in IPv6", "::/0"],
    ["a wide IPv6 network", "2001:db8::/64"],
    ["a /15", "10.0.0.0/15"],
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

test("a name is kept in lower case without its last dot, and names no network", () => {
  expect(readTarget("DB.Internal.")).toEqual({ ok: true, value: { kind: "name", name: "db.internal" } });
  expect(networksOf("db.internal")).toEqual([]);
  expect(networksOf("10.0.0.0/24")).toHaveLength(1);
});
