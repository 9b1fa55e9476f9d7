import { appendFileSync, cpSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { preflight } from "../../../src/scan/nmap/preflight.ts";
import { routeChecks, routesTo } from "../../../src/scan/nmap/routes.ts";
import { installedNmap } from "../../nse/nmap.ts";
import { describeWith } from "../../support/availability.ts";
import { tempDir } from "../../support/temp-dir.ts";

const nseDir = path.resolve("nse-scripts");

describeWith(installedNmap(), "with an installed nmap", () => {
  test("everything a scan needs is told, with code, effect and fix where something is wrong", async () => {
    const report = await preflight({ nmapPath: "nmap", nseDir, addresses: ["127.0.0.1", "127.0.0.2"] });
    expect(report.nmap?.version).toMatch(/^\d+\.\d+/);
    expect(report.data?.services).toContain("nmap-services");
    expect(report.routes).toMatchObject([{ to: "127.0.0.1", reachable: true, gateway: null }]);
    expect(report.checks.filter((check) => check.state === "error")).toEqual([]);
    for (const check of report.checks) {
      if (check.state === "ok") expect(check).toMatchObject({ code: null, fix: null, effect: null });
      else
        expect(check).toMatchObject({
          code: expect.stringMatching(/^TL1\d\d$/),
          fix: expect.any(String),
          effect: expect.any(String),
        });
    }
  });

  test.each<[string, (dir: string) => void, string]>([
    [
      "a script that is not the manifest's",
      (dir) => appendFileSync(path.join(dir, "tripline-banner.nse"), "\n-- x\n"),
      "TL106",
    ],
    ["a script with a syntax error", (dir) => writeFileSync(path.join(dir, "tripline-x.nse"), "no lua"), "TL105"],
  ])("%s is found before the first scan", async (_, change, code) => {
    const copy = path.join(tempDir(), "nse");
    cpSync(nseDir, copy, { recursive: true });
    change(copy);
    const report = await preflight({ nmapPath: "nmap", nseDir: copy, addresses: [] });
    expect(report.checks.filter((check) => check.state === "error").map((check) => check.code)).toEqual([code]);
  });
});

test("a missing nmap is one error with the way to get it", async () => {
  const report = await preflight({ nmapPath: "/no/nmap", nseDir, addresses: [] });
  expect(report).toMatchObject({ nmap: null, data: null });
  const nmap = report.checks.find((check) => check.name === "nmap");
  expect(nmap).toMatchObject({ state: "error", code: "TL101" });
  expect(nmap?.detail).toContain("/no/nmap");
});

describe("routes", () => {
  test("one question per neighbourhood, the first address of each", async () => {
    const routes = await routesTo(["127.0.0.1", "127.0.0.2", "127.0.1.1"]);
    expect(routes.map((route) => route.to)).toEqual(["127.0.0.1", "127.0.1.1"]);
  });

  test("an IPv6 neighbourhood is a /64, however its addresses are written", async () => {
    const same = ["2001:db8::1", "2001:db8::1:2", "2001:db8:0:0:1::9"];
    const routes = await routesTo([...same, "2001:db8:0:1::1", "2001:db8:1::1", "::1"]);
    expect(routes.map((route) => route.to)).toEqual(["2001:db8::1", "2001:db8:0:1::1", "2001:db8:1::1", "::1"]);
  });

  test("many networks of one family leave room for the other", async () => {
    const many = Array.from({ length: 40 }, (_, i) => `127.0.${i}.1`);
    const routes = await routesTo([...many, "::1"]);
    expect(routes).toHaveLength(17);
    expect(routes.at(-1)?.to).toBe("::1");
  });

  const lost = (to: string) => {
    return { to, device: null, source: null, sourceMac: null, gateway: null, reachable: false };
  };

  test("an unreachable network is an error with its effect", () => {
    expect(routeChecks([lost("10.9.9.9")])).toMatchObject([{ state: "error", code: "TL109" }]);
    expect(routeChecks([lost("2001:db8::9")], true)).toMatchObject([{ state: "error", code: "TL109" }]);
  });

  test("a machine without IPv6 is one error, whatever many networks are out of reach", () => {
    const checks = routeChecks([lost("10.9.9.9"), lost("2001:db8::9"), lost("2001:db8:1::9")], false);
    expect(checks.map((check) => check.code)).toEqual(["TL109", "TL128"]);
    expect(checks[1]?.detail).toBe(
      "this machine has no IPv6 address, but targets name 2001:db8::9 and 1 more networks",
    );
  });
});
