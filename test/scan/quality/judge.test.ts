import path from "node:path";
import { describe, expect, it } from "vitest";
import type { RunPlan } from "../../../src/domain/scan-plan.ts";
import { normalise } from "../../../src/lib/intervals.ts";
import { applyVerdict, judgeRun, type RunExpectation } from "../../../src/scan/quality/judge.ts";
import { readNmapFile } from "../../../src/scan/xml/read.ts";
import { type NmapXmlSpec, nmapXml } from "../../support/nmap-xml.ts";
import { readText } from "../xml/collect.ts";

const REAL = path.join(import.meta.dirname, "../../fixtures/nmap/real");
const ADDRESSES = ["10.0.0.1", "10.0.0.2", "10.0.0.3"];
const HOSTS = [
  { address: "10.0.0.1", ports: [{ port: 22 }] },
  { address: "10.0.0.2" },
  { address: "10.0.0.3", state: "down" as const },
];

const PLAN: RunPlan = {
  cycleId: "c",
  shard: 0,
  n: 0,
  phase: "ports",
  technique: "syn",
  addresses: ADDRESSES,
  ports: new Map([["tcp", normalise([[1, 1000]])]]),
  assumeUp: false,
  versionIntensity: null,
  shortWait: false,
  osDetection: false,
  scripts: [],
  pace: "normal",
  deadlineMs: 60_000,
};

function planned(over: Partial<Extract<RunExpectation, { kind: "planned" }>> = {}): RunExpectation {
  return { kind: "planned", plan: PLAN, exitCode: 0, signal: null, deadlineHit: false, outputCapHit: false, ...over };
}

async function judge(xml: string, expectation: RunExpectation) {
  const document = await readText(xml);
  const verdict = judgeRun(document, expectation);
  return { ...verdict, hosts: applyVerdict(verdict, document.hosts) };
}

const ok: NmapXmlSpec = { hosts: HOSTS, verbose: 1 };

describe("a planned run", () => {
  it("that did everything is complete, and proves absence", async () => {
    expect(await judge(nmapXml(ok), planned())).toMatchObject({
      completeness: "complete",
      problems: [],
      reason: null,
      provesAbsence: true,
    });
  });

  it.each<[string, NmapXmlSpec, Partial<Extract<RunExpectation, { kind: "planned" }>>, string, RegExp]>([
    ["ended with an exit code", ok, { exitCode: 1 }, "exit-code", /exit code 1/],
    ["was killed", ok, { exitCode: null, signal: "SIGKILL" }, "signal", /SIGKILL/],
    ["ran into its deadline", ok, { signal: "SIGTERM", deadlineHit: true }, "deadline", /deadline of 60 s/],
    ["wrote too much", ok, { signal: "SIGKILL", outputCapHit: true }, "output-cap", /past the cap/],
    [
      "says error",
      { ...ok, exit: "error", errorMessage: "out of memory" },
      {},
      "not-finished",
      /exit="error".*out of memory/,
    ],
    ["has an error message", { ...ok, errorMessage: "odd" }, {}, "error-message", /odd/],
    [
      "probed other ports",
      { ...ok, scaninfo: [{ type: "syn", protocol: "tcp", services: "1-999" }] },
      {},
      "plan-mismatch",
      /syn tcp 1-999.*syn tcp 1-1000/,
    ],
    [
      "probed another way",
      { ...ok, scaninfo: [{ type: "connect", protocol: "tcp", services: "1-1000" }] },
      {},
      "plan-mismatch",
      /connect/,
    ],
    ["probed nothing", { ...ok, scaninfo: [] }, {}, "plan-mismatch", /no port/],
    ["counted fewer hosts", { ...ok, total: 2 }, {}, "hosts-missing", /counted 2 hosts, planned were 3/],
    ["counted 4294967295 hosts down", { ...ok, total: 0, exit: "error" }, {}, "not-finished", /error/],
    ["skipped targets", { ...ok, skipped: ["192.0.2.1"] }, {}, "targets-skipped", /skipped 1/],
    [
      "left out an address that verbose nmap lists",
      { verbose: 1, hosts: HOSTS.slice(0, 2), down: 1 },
      {},
      "hosts-missing",
      /10\.0\.0\.3/,
    ],
    [
      "scanned an address that nobody planned",
      { verbose: 1, hosts: [...HOSTS.slice(0, 2), { address: "10.9.9.9" }] },
      {},
      "hosts-missing",
      /10\.0\.0\.3.*10\.9\.9\.9/,
    ],
  ])("that %s proves no absence, and says why", async (...[, spec, end, problem, reason]) => {
    const verdict = await judge(nmapXml(spec), planned(end));
    expect(verdict).toMatchObject({
      completeness: "partial",
      provesAbsence: false,
      reason: expect.stringMatching(reason),
    });
    expect(verdict.problems[0]).toBe(problem);
    expect(verdict.hosts.map((h) => [h.state, h.coverage.length])).toEqual(verdict.hosts.map(() => ["up", 0]));
    // Positive evidence stays.
    expect(verdict.hosts[0]?.ports.map((p) => p.number)).toEqual(spec.scaninfo?.length === 0 ? [] : [22]);
  });

  it("whose file is missing or empty failed", async () => {
    for (const end of [planned(), planned({ exitCode: 1 })]) {
      expect(await judge("", end)).toMatchObject({ completeness: "failed", provesAbsence: false, hosts: [] });
    }
  });

  it("without -v need not list hosts that are down, only count them", async () => {
    expect((await judge(nmapXml({ hosts: HOSTS.slice(0, 2), down: 1 }), planned())).completeness).toBe("complete");
  });
});

describe("hosts that fail alone", () => {
  const spec: NmapXmlSpec = {
    verbose: 1,
    hosts: [{ address: "10.0.0.1", timedOut: true }, { address: "10.0.0.2" }, { address: "10.0.0.3", state: "down" }],
  };

  it("make the run partial, and leave the others their absence", async () => {
    const verdict = await judge(nmapXml(spec), planned());
    expect(verdict).toMatchObject({ completeness: "partial", problems: ["host-timed-out"], provesAbsence: true });
    expect(verdict.hosts.map((h) => [h.address, h.state, h.coverage.length])).toEqual([
      ["10.0.0.1", "up", 0],
      ["10.0.0.2", "up", 1],
      ["10.0.0.3", "down", 0],
    ]);
    expect(verdict.reason).toBe("1 host not measured (10.0.0.1: nmap gave up at the host timeout)");
  });

  it("take nothing from a run that failed as a whole", async () => {
    const verdict = await judge(nmapXml(spec), planned({ exitCode: 1 }));
    expect(verdict).toMatchObject({ provesAbsence: false, problems: ["exit-code", "host-timed-out"] });
    expect(verdict.hosts.every((h) => h.coverage.length === 0)).toBe(true);
  });
});

describe("a recorded file", () => {
  const recorded: RunExpectation = { kind: "recorded" };
  it.each([
    ["services", "complete", []],
    ["tcp-udp", "complete", []],
    ["connect-os", "complete", []],
    ["ping", "complete", []],
    ["host-timeout", "partial", ["host-timed-out"]],
    ["skipped", "partial", ["targets-skipped"]],
    ["unresolved", "failed", ["hosts-missing"]],
    ["wrong-interface", "failed", ["not-finished", "error-message", "hosts-missing"]],
    ["unprivileged", "failed", ["not-finished", "error-message", "hosts-missing"]],
    ["killed", "failed", ["not-well-formed", "not-finished"]],
  ])("%s of real nmap is %s", async (name, completeness, problems) => {
    const document = await readNmapFile(path.join(REAL, `${name}.xml`));
    expect(judgeRun(document, recorded)).toMatchObject({ completeness, problems });
  });

  it("whose counts disagree is partial", async () => {
    expect((await judge(nmapXml({ ...ok, total: 9 }), recorded)).problems).toEqual(["hosts-missing"]);
    const oneLess = nmapXml(ok).replace('<hosts up="2"', '<hosts up="3"').replace('total="3"', 'total="4"');
    expect((await judge(oneLess, recorded)).reason).toMatch(/counted 3 hosts up, the file holds 2/);
  });

  it("of an empty network is complete", async () => {
    expect((await judge(nmapXml({ down: 256 }), recorded)).completeness).toBe("complete");
  });
});
