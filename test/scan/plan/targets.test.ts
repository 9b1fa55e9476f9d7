import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { narrowTargets } from "../../../src/scan/plan/narrow.ts";
import { planTargets } from "../../../src/scan/plan/targets.ts";

function plan(targets: string[], exclude: string[] = [], names: Record<string, string[]> = {}) {
  return planTargets({ targets, exclude, resolve: (name) => names[name] ?? null, ipv6: true });
}

function addresses(...args: Parameters<typeof plan>): readonly string[] {
  const result = plan(...args);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value.addresses;
}

function unmeasured(...args: Parameters<typeof plan>): unknown {
  const result = plan(...args);
  return result.ok ? result.value.unmeasured : result.error;
}

function refusal(...args: Parameters<typeof plan>): string {
  const result = plan(...args);
  return result.ok ? "accepted" : result.error.map((one) => one.reason).join("; ");
}

describe("targets that are refused", () => {
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

  test("excludes that leave nothing are refused, also when only the names tell it: an empty scan would find all gone", () => {
    const nothing = { ok: false, error: [{ reason: expect.stringContaining("nothing is left to scan") }] };
    expect(plan(["10.0.0.0/30"], ["10.0.0.0/31", "10.0.0.2-3"])).toMatchObject(nothing);
    expect(
      plan(["a.internal"], ["b.internal"], { "a.internal": ["10.0.0.1"], "b.internal": ["10.0.0.1"] }),
    ).toMatchObject(nothing);
    expect(plan(["a.internal"], [], {})).toMatchObject({
      ok: true,
      value: { addresses: [], unmeasured: [{ text: "a.internal" }] },
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
          const allowed = new Set(inside.flatMap((one) => addresses([one])));
          const banned = new Set(out.flatMap((one) => addresses([one])));
          const expected = [...allowed].filter((address) => !banned.has(address));
          if (expected.length === 0) expect(refusal(inside, out)).toContain("nothing is left to scan");
          else expect([...addresses(inside, out)].sort()).toEqual(expected.sort());
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

  test("that stand for an address outside the listed networks are left out and told: re-binding cannot widen the scope", () => {
    expect(unmeasured(["10.0.0.0/30", "far.internal"], [], names)).toEqual([
      { text: "far.internal", reason: "resolves to 192.0.2.9, which is outside the scope" },
    ]);
    expect(addresses(["10.0.0.0/30", "far.internal"], [], names)).not.toContain("192.0.2.9");
  });

  test("never stand for this machine unless it is listed", () => {
    expect(addresses(["evil.internal"], [], names)).toEqual([]);
    expect(unmeasured(["evil.internal"], [], names)).toMatchObject([{ reason: expect.stringContaining("127.0.0.1") }]);
    expect(addresses(["127.0.0.0/30", "evil.internal"], [], names)).toContain("127.0.0.1");
  });

  test("count with all their answers or with none: half an answer would look like hosts that vanished", () => {
    expect(addresses(["both.internal"], [], { "both.internal": ["10.0.0.7", "169.254.169.254"] })).toEqual([]);
  });

  test("without an answer leave the others to be scanned, and are told", () => {
    expect(addresses(["10.0.0.1", "gone.internal"])).toEqual(["10.0.0.1"]);
    expect(unmeasured(["10.0.0.1", "gone.internal"])).toEqual([
      { text: "gone.internal", reason: "the name could not be resolved" },
    ]);
  });

  test("that are excluded are spared wherever they are, and refused without an answer: nobody knows whom to spare", () => {
    expect(addresses(["10.0.0.0/30"], ["web.internal"], { "web.internal": ["10.0.0.2", "192.0.2.9"] })).toEqual([
      "10.0.0.0",
      "10.0.0.1",
      "10.0.0.3",
    ]);
    expect(refusal(["10.0.0.0/30"], ["gone.internal"])).toContain("could not be resolved");
  });
});

describe("a name with addresses of both families", () => {
  const names = { "both.internal": ["10.0.0.7", "2001:db8::7"], "six.internal": ["2001:db8::7"] };
  const planned = (targets: string[], ipv6 = true) =>
    planTargets({ targets, exclude: [], resolve: (name) => names[name as keyof typeof names] ?? null, ipv6 });

  test.each<[string, string[], boolean, string[], number]>([
    ["both, where only names are listed", ["both.internal"], true, ["10.0.0.7", "2001:db8::7"], 0],
    ["IPv4 alone, where this machine has no IPv6", ["both.internal"], false, ["10.0.0.7"], 1],
    ["IPv4 alone, where IPv4 networks are listed", ["10.0.0.7", "both.internal"], true, ["10.0.0.7"], 1],
    ["IPv6 alone, where IPv6 networks are listed", ["2001:db8::/120", "both.internal"], true, ["2001:db8::7"], 1],
    [
      "both, where networks of both are listed",
      ["10.0.0.7", "2001:db8::7", "both.internal"],
      true,
      ["10.0.0.7", "2001:db8::7"],
      0,
    ],
    ["IPv6 without a choice, whatever this machine has", ["six.internal"], false, ["2001:db8::7"], 0],
  ])("is asked in %s", (_, targets, ipv6, expected, leftOut) => {
    const result = planned(targets, ipv6);
    if (!result.ok) throw new Error(JSON.stringify(result.error));
    expect(result.value.addresses.filter((address) => /[.:]7$/.test(address))).toEqual(expected);
    expect(result.value.unmeasured).toEqual([]);
    expect(result.value.leftOut).toHaveLength(leftOut);
  });

  test("is not asked at all when an address of a listed family lies outside: half an answer is none", () => {
    const result = planned(["10.0.0.7", "2001:db8::1", "both.internal"]);
    expect(result).toMatchObject({ ok: true, value: { unmeasured: [{ text: "both.internal" }] } });
  });
});

describe("a plan that is narrowed", () => {
  function narrowed(...wanted: string[]) {
    const result = plan(["10.0.0.0/29", "web.internal", "2001:db8::1"], ["10.0.0.3"], { "web.internal": ["10.0.0.5"] });
    if (!result.ok) throw new Error(JSON.stringify(result.error));
    const found = narrowTargets(result.value, wanted);
    return found.ok ? found.value.addresses : found.error.map((one) => one.reason).join("; ");
  }

  test.each([
    ["an address", ["10.0.0.2"], ["10.0.0.2"]],
    ["a network without what is excluded", ["10.0.0.2/31"], ["10.0.0.2"]],
    ["a range and an address", ["10.0.0.6-7", "10.0.0.1"], ["10.0.0.1", "10.0.0.6", "10.0.0.7"]],
    ["a configured name", ["Web.internal"], ["10.0.0.5"]],
    ["an IPv6 address in any spelling", ["2001:DB8:0::1"], ["2001:db8::1"]],
  ])("to %s", (_, wanted, expected) => {
    expect(narrowed(...wanted)).toEqual(expected);
  });

  test.each([
    ["an address outside the scope", ["10.0.0.9"], "10.0.0.9 is outside the configured targets"],
    ["a network that is only partly inside", ["10.0.0.0/24"], "10.0.0.8 is outside"],
    ["a name that is no target", ["db.internal"], "not among the configured targets"],
    ["an address that is excluded", ["10.0.0.3"], "excluded"],
    ["an option of nmap", ["-iL"], "option"],
    ["the whole Internet", ["0.0.0.0/0"], "whole Internet"],
  ])("never to %s", (_, wanted, reason) => {
    expect(narrowed(...wanted)).toContain(reason);
  });
});
