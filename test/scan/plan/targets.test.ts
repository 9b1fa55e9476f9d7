import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { planTargets, readTarget } from "../../../src/scan/plan/targets.ts";

function plan(targets: string[], exclude: string[] = [], names: Record<string, string[]> = {}) {
  return planTargets({ targets, exclude, resolve: (name) => names[name] ?? null });
}

function addresses(...args: Parameters<typeof plan>): readonly string[] {
  const result = plan(...args);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value.addresses;
}

function refusal(...args: Parameters<typeof plan>): string {
  const result = plan(...args);
  return result.ok ? "accepted" : result.error.map((one) => one.reason).join("; ");
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

  test("all of them are told at once", () => {
    const result = plan(["-iL", "10.0.0.1", "127.1"]);
    expect(result.ok ? [] : result.error.map((one) => one.text)).toEqual(["-iL", "127.1"]);
  });

  test("more than 65,536 addresses in all", () => {
    expect(refusal(["10.0.0.0/16", "10.1.0.0/24"])).toContain("65792 addresses");
    expect(refusal(["10.0.0.0/16"])).toBe("accepted");
  });
});

describe("targets that are planned", () => {
  test("sorted by number, without duplicates, with both families", () => {
    expect(addresses(["10.0.0.10", "10.0.0.9", "10.0.0.8/30", "2001:DB8:0::1", "10.0.0.9"])).toEqual([
      "10.0.0.8",
      "10.0.0.9",
      "10.0.0.10",
      "10.0.0.11",
      "2001:db8::1",
    ]);
  });

  test("a range of last octets", () => {
    expect(addresses(["10.20.0.40-42"])).toEqual(["10.20.0.40", "10.20.0.41", "10.20.0.42"]);
  });

  test("excluded addresses are left out and named for nmap", () => {
    const result = plan(["10.0.0.0/30"], ["10.0.0.2", "10.0.0.0-1"]);
    expect(result).toMatchObject({
      ok: true,
      value: { addresses: ["10.0.0.3"], excluded: ["10.0.0.0", "10.0.0.1", "10.0.0.2"] },
    });
  });

  test("planned addresses lie in the scope and outside the excludes, whatever they are", () => {
    const octet = fc.integer({ min: 0, max: 255 });
    const network = fc.tuple(octet, octet, fc.integer({ min: 22, max: 32 })).map(([a, b, p]) => `10.0.${a}.${b}/${p}`);
    fc.assert(
      fc.property(
        fc.array(network, { minLength: 1, maxLength: 4 }),
        fc.array(network, { maxLength: 3 }),
        (inside, out) => {
          const planned = addresses(inside, out);
          const allowed = new Set(inside.flatMap((one) => addresses([one])));
          const banned = new Set(out.flatMap((one) => addresses([one])));
          const expected = [...allowed].filter((address) => !banned.has(address));
          expect([...planned].sort()).toEqual(expected.sort());
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe("names", () => {
  const names = { "web.internal": ["10.0.0.7"], "evil.internal": ["127.0.0.1"], "far.internal": ["192.0.2.9"] };

  test("are pinned to what they resolved to", () => {
    const result = plan(["Web.Internal"], [], names);
    expect(result).toMatchObject({ ok: true, value: { addresses: ["10.0.0.7"] } });
    expect(result.ok && result.value.pinned.get("web.internal")).toEqual(["10.0.0.7"]);
  });

  test("that stand for an address outside the listed networks are refused: re-binding cannot widen the scope", () => {
    expect(refusal(["10.0.0.0/24", "far.internal"], [], names)).toContain("192.0.2.9, which is outside the scope");
  });

  test("never stand for this machine unless it is listed", () => {
    expect(refusal(["evil.internal"], [], names)).toContain("outside the scope");
    expect(addresses(["127.0.0.0/30", "evil.internal"], [], names)).toContain("127.0.0.1");
  });

  test("without an answer are refused", () => {
    expect(refusal(["gone.internal"], [], names)).toContain("could not be resolved");
  });
});
