import { describe, expect, it } from "vitest";
import { judgeVantage, type VantageInput } from "../../../src/scan/quality/vantage.ts";

const hosts = (n: number) => Array.from({ length: n }, (_, i) => ({ id: `h${i}`, address: `10.0.0.${i + 1}` }));
const ids = (n: number, from = 0) =>
  new Set(
    hosts(n)
      .slice(from)
      .map((h) => h.id),
  );

function judge(over: Partial<VantageInput>) {
  return judgeVantage({
    baselineUp: hosts(10),
    up: ids(10),
    unmeasured: new Set(),
    names: { before: 10, now: 10 },
    sourceAddress: { before: "10.0.0.250", now: "10.0.0.250" },
    gatewayMac: { before: "02-00-00-00-00-01", now: "02-00-00-00-00-01" },
    flips: { measured: 100, silent: 0, hosts: 0 },
    everywhere: { hosts: 0, up: 10 },
    srtt: { before: 1000, now: 1000, hosts: 10 },
    controls: [],
    ...over,
  });
}

describe("a vantage", () => {
  it.each<[string, Partial<VantageInput>]>([
    ["sees everything", {}],
    ["misses three of ten", { up: ids(7) }],
    ["misses all four hosts of a small network", { baselineUp: hosts(4), up: new Set() }],
    ["knows no host yet", { baselineUp: [], up: new Set() }],
    ["did not ask the hosts it misses", { up: ids(6), unmeasured: ids(10, 6) }],
    ["has no names in a network of four named hosts", { names: { before: 4, now: 0 } }],
    ["keeps one of many names", { names: { before: 100, now: 1 } }],
    ["does not know the MAC address of its gateway", { gatewayMac: { before: "02-00-00-00-00-01", now: null } }],
    ["learns it", { gatewayMac: { before: null, now: "02-00-00-00-00-01" } }],
    ["finds three of ten known ports silent", { flips: { measured: 10, silent: 3, hosts: 3 } }],
    ["finds all ports of two hosts silent", { flips: { measured: 20, silent: 20, hosts: 2 } }],
    ["finds all of nine known ports silent", { flips: { measured: 9, silent: 9, hosts: 9 } }],
    ["gets its answers five times later", { srtt: { before: 20_000, now: 100_000, hosts: 10 } }],
    ["gets them later on a fast network", { srtt: { before: 200, now: 20_000, hosts: 10 } }],
    ["gets them later from four hosts", { srtt: { before: 20_000, now: 900_000, hosts: 4 } }],
    ["finds two hosts that answer everywhere", { everywhere: { hosts: 2, up: 2 } }],
    ["finds four of ten that do", { everywhere: { hosts: 4, up: 10 } }],
    ["learns its source address", { sourceAddress: { before: null, now: "10.0.0.250" } }],
  ])("that %s is ok", (_, over) => expect(judge(over)).toMatchObject({ state: "ok", problems: [], reason: null }));

  it.each<[string, Partial<VantageInput>, string, RegExp]>([
    ["misses four of ten at once", { up: ids(6) }, "hosts-vanished", /^4 of 10 known hosts/],
    ["gets answers for everybody", { everywhere: { hosts: 5, up: 10 } }, "path-intercepted", /^5 of 10 addresses/],
    ["misses two of five", { baselineUp: hosts(5), up: ids(3) }, "hosts-vanished", /^2 of 5/],
    ["misses most of the half it asked", { up: ids(2), unmeasured: ids(10, 5) }, "hosts-vanished", /^3 of 5/],
    [
      "moved",
      { sourceAddress: { before: "10.0.0.250", now: "10.0.1.7" } },
      "source-address-changed",
      /10\.0\.1\.7.*10\.0\.0\.250/,
    ],
    [
      "is behind another gateway",
      { gatewayMac: { before: "02-00-00-00-00-01", now: "02-00-00-00-00-02" } },
      "gateway-changed",
      /00-02.*00-01/,
    ],
    [
      "finds four of ten known ports silent",
      { flips: { measured: 10, silent: 4, hosts: 3 } },
      "ports-silent",
      /^4 of 10/,
    ],
    [
      "gets its answers more than five times later",
      { srtt: { before: 20_000, now: 101_000, hosts: 5 } },
      "answers-slow",
      /101 ms, usually after 20 ms/,
    ],
    ["lost every name", { names: { before: 5, now: 0 } }, "names-vanished", /DNS outage/],
    [
      "misses its self-test",
      { controls: [{ name: "self-test", result: "failed", detail: "no answer" }] },
      "control-failed",
      /self-test failed: no answer/,
    ],
    ["has no link", { controls: [{ name: "link", result: "failed", detail: null }] }, "link-down", /link/],
  ])("that %s is degraded", (...[, over, problem, reason]) =>
    expect(judge(over)).toMatchObject({
      state: "degraded",
      problems: [problem],
      reason: expect.stringMatching(reason),
    }),
  );

  it("names the controls that cannot exist here", () => {
    const verdict = judge({
      sourceAddress: { before: null, now: null },
      controls: [{ name: "gateway", result: "not-applicable", detail: null }],
    });
    expect(verdict).toMatchObject({ state: "ok", notApplicable: ["gateway", "source-address"] });
  });
});
