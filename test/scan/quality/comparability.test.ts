import { describe, expect, it } from "vitest";
import type { RunPlan } from "../../../src/domain/scan-plan.ts";
import { normalise } from "../../../src/lib/intervals.ts";
import { readArgs } from "../../../src/scan/quality/args.ts";
import { type ComparabilityInput, comparabilityOf, sourceAddressOf } from "../../../src/scan/quality/comparability.ts";
import { type NmapXmlSpec, nmapXml } from "../../support/nmap-xml.ts";
import { readText } from "../xml/collect.ts";

async function keys(spec: NmapXmlSpec, over: Partial<ComparabilityInput> = {}) {
  const document = await readText(nmapXml({ hosts: [{ address: "10.0.0.1" }], ...spec }));
  return comparabilityOf({
    document,
    plan: null,
    scriptHashes: new Map(),
    probesHash: null,
    privilege: null,
    vantage: null,
    ...over,
  });
}

const args = (text: string): NmapXmlSpec => ({ args: `nmap ${text} -oX out.xml 10.0.0.1` });

describe("comparability of recorded files", () => {
  it.each([
    ["ports", "-sS -sV -p 1-100", "-sS -sV -p 22"],
    ["timing", "-sS -sV -T4 --min-rate 100", "-sS -sV -T2"],
    ["verbosity", "-sS -sV -vv -d", "-sS -sV"],
    ["the default intensity, spelled out", "-sS -sV --version-intensity 7", "-sS -sV"],
    ["both spellings of an option", "-sV --version-intensity=2", "-sV --version-light"],
  ])("does not depend on %s", async (_, a, b) => {
    expect(await keys(args(a))).toEqual(await keys(args(b)));
  });

  it("keeps presence and changes the service key with intensity and nmap version", async () => {
    const [plain, light, newer] = [
      await keys(args("-sS -sV")),
      await keys(args("-sS -sV --version-light")),
      await keys({ ...args("-sS -sV"), version: "7.95" }),
    ];
    expect(new Set([plain.presence, light.presence, newer.presence]).size).toBe(1);
    expect(new Set([plain.service, light.service, newer.service]).size).toBe(3);
  });

  it("changes presence with the technique", async () => {
    const connect = await keys({ scaninfo: [{ type: "connect", protocol: "tcp", services: "1-1000" }] });
    expect(connect.presence).not.toBe((await keys({})).presence);
  });

  it("is null for families that were not asked for", async () => {
    expect(await keys(args("-sS"))).toMatchObject({ service: null, os: null, scripts: new Map() });
  });

  it("sees that -sV or -O ran from the results when the arguments are silent", async () => {
    const hosts = [
      { address: "10.0.0.1", ports: [{ port: 80, service: { name: "http", product: "x" } }], os: { matches: [] } },
    ];
    expect(await keys({ args: "", hosts })).toMatchObject({ service: expect.any(String), os: expect.any(String) });
  });

  it("has one key per script, named or seen", async () => {
    const hosts = [
      { address: "10.0.0.1", ports: [{ port: 80, scripts: [{ id: "http-title", value: { title: "x" } }] }] },
    ];
    const found = await keys({ ...args("--script ssl-cert,/opt/x/tripline-banner.nse,default,http-*"), hosts });
    expect([...found.scripts.keys()]).toEqual(["http-title", "ssl-cert", "tripline-banner"]);
  });
});

describe("comparability of planned runs", () => {
  const plan: RunPlan = {
    cycleId: "c",
    shard: 0,
    n: 0,
    phase: "fingerprint",
    technique: "syn",
    addresses: ["10.0.0.1"],
    ports: new Map([["tcp", normalise([[22, 22]])]]),
    assumeUp: false,
    versionIntensity: 7,
    shortWait: false,
    osDetection: true,
    scripts: ["tripline-banner"],
    pace: "normal",
    deadlineMs: 1,
  };

  it("changes with the probe file, the script and the vantage, each in its own family", async () => {
    const base = await keys({}, { plan, probesHash: "p1", privilege: "single", vantage: "10.0.0.250" });
    const probes = await keys({}, { plan, probesHash: "p2", privilege: "single", vantage: "10.0.0.250" });
    const script = await keys(
      {},
      {
        plan,
        probesHash: "p1",
        privilege: "single",
        vantage: "10.0.0.250",
        scriptHashes: new Map([["tripline-banner", "h2"]]),
      },
    );
    const moved = await keys({}, { plan, probesHash: "p1", privilege: "single", vantage: "10.0.0.251" });
    expect({ ...probes, service: base.service }).toEqual(base);
    expect(probes.service).not.toBe(base.service);
    expect({ ...script, scripts: base.scripts }).toEqual(base);
    expect(script.scripts.get("tripline-banner")).not.toBe(base.scripts.get("tripline-banner"));
    expect({ ...moved, presence: base.presence }).toEqual(base);
    expect(moved.presence).not.toBe(base.presence);
  });

  it("does not change when the agent moves from one process to two: the packets are the same", async () => {
    expect(await keys({}, { plan, privilege: "single" })).toEqual(await keys({}, { plan, privilege: "split" }));
    expect((await keys({}, { plan, privilege: "connect" })).presence).not.toBe(
      (await keys({}, { plan, privilege: "single" })).presence,
    );
  });
});

describe("the arguments of a recorded file", () => {
  it("are harmless whatever they are", () => {
    for (const text of [
      "",
      "--script",
      "--version-intensity",
      "--version-intensity 99",
      "--script ../../x y",
      "-sV".repeat(1000),
    ]) {
      expect(() => readArgs(text)).not.toThrow();
    }
    expect(readArgs("-sV --version-intensity 99").intensity).toBe(7);
  });
});

it.each([
  ["syn raw from=10.0.0.250", "10.0.0.250"],
  ["syn raw from=10.0.0.250 via=02-00-00-00-00-FE", "10.0.0.250"],
  ["syn raw from=unknown", null],
  ["syn", null],
])("the presence key %s names the address %s", (presence, expected) => {
  expect(sourceAddressOf(presence)).toBe(expected);
});
