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

  test("an unreachable network is an error with its effect", () => {
    const route = { to: "10.9.9.9", device: null, source: null, sourceMac: null, gateway: null, reachable: false };
    expect(routeChecks([route])).toMatchObject([{ state: "error", code: "TL109" }]);
  });
});
