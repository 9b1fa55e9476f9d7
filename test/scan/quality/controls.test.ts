import { describe, expect, test } from "vitest";
import type { RouteLook, VantageControl, VantageLook } from "../../../src/domain/vantage.ts";
import { controlsOf } from "../../../src/scan/quality/controls.ts";

const LOCAL: RouteLook = {
  to: "10.0.0.1",
  reachable: true,
  device: "eth0",
  source: "10.0.0.250",
  sourceMac: "02-00-00-00-00-FA",
  gateway: null,
  linkUp: true,
  gatewayState: null,
  gatewayMac: null,
};
const ROUTED: RouteLook = {
  ...LOCAL,
  to: "10.9.0.1",
  gateway: "10.0.0.254",
  gatewayState: "answers",
  gatewayMac: "02-00-00-00-00-FE",
};
const UNTOLD: RouteLook = { ...LOCAL, device: null, source: null, sourceMac: null, linkUp: null };
const SELF_TEST: VantageControl = { name: "self-test", result: "ok", detail: null };

const look = (routes: readonly RouteLook[], selfTest = SELF_TEST): VantageLook => ({ routes, selfTest });

function results(...looks: readonly VantageLook[]) {
  return Object.fromEntries(controlsOf(looks).map((control) => [control.name, control.result]));
}

function failures(...looks: readonly VantageLook[]) {
  return controlsOf(looks).flatMap(({ name, result, detail }) => (result === "failed" ? [`${name}: ${detail}`] : []));
}

describe("the controls of a cycle", () => {
  test("are all well where nothing changed", () => {
    expect(results(look([LOCAL, ROUTED]), look([LOCAL, ROUTED]))).toEqual({
      link: "ok",
      route: "ok",
      gateway: "ok",
      "self-test": "ok",
    });
  });

  test("that cannot exist here are not applicable: no gateway on the local link, no system that tells", () => {
    expect(results(look([LOCAL]), look([LOCAL]))).toMatchObject({ gateway: "not-applicable", link: "ok" });
    expect(results(look([UNTOLD]), look([UNTOLD]))).toMatchObject({ link: "not-applicable", route: "not-applicable" });
  });

  test("do not exist for a recorded scan", () => expect(controlsOf([])).toEqual([]));

  test.each<[string, RouteLook, RouteLook, string]>([
    ["a cable that was pulled", LOCAL, { ...LOCAL, linkUp: false }, "link: eth0 is down"],
    ["a cable that was pulled before", { ...LOCAL, linkUp: false }, LOCAL, "link: eth0 is down"],
    ["no way any more", LOCAL, { ...UNTOLD, reachable: false }, "link: no route to 10.0.0.1"],
    [
      "another way out",
      LOCAL,
      { ...LOCAL, device: "wlan0", source: "192.168.1.5", gateway: "192.168.1.1" },
      "route: 10.0.0.1 was reached by eth0 from 10.0.0.250, now by wlan0 from 192.168.1.5 through 192.168.1.1",
    ],
    [
      "another own address",
      LOCAL,
      { ...LOCAL, source: "10.0.0.77" },
      "route: 10.0.0.1 was reached by eth0 from 10.0.0.250, now by eth0 from 10.0.0.77",
    ],
    [
      "a gateway that is gone",
      ROUTED,
      { ...ROUTED, gatewayState: "silent", gatewayMac: null },
      "gateway: 10.0.0.254 does not answer on eth0",
    ],
  ])("fail for %s", (_, before, after, expected) => {
    expect(failures(look([before]), look([after]))).toContain(expected);
  });

  test.each([
    ["before", 0],
    ["after", 1],
  ])("fail for a self-test that finds nothing %s the scan", (_, at) => {
    const missed: VantageControl = { name: "self-test", result: "failed", detail: "it is not open" };
    const looks = [look([LOCAL]), look([LOCAL])].map((one, i) => (i === at ? { ...one, selfTest: missed } : one));
    expect(failures(...looks)).toEqual(["self-test: it is not open"]);
  });
});
