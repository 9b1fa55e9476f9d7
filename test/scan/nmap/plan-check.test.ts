import { expect, test } from "vitest";
import type { RunPlan } from "../../../src/domain/scan-plan.ts";
import { planObstacle } from "../../../src/scan/nmap/plan-check.ts";
import { portsRun, tcp } from "../plan/hosts.ts";

const LIMITS = {
  privilege: "raw",
  inScope: (address: string) => address.startsWith("10.0.0."),
  fragile: (address: string) => address === "10.0.0.9",
} as const;
const version = { phase: "fingerprint", versionIntensity: 2 } as const;

test.each<[string, Partial<RunPlan>, RegExp]>([
  ["an option as target", { addresses: ["-oN/x"] }, /not a canonical address/],
  ["a script option as target", { addresses: ["--script=e.nse"] }, /not a canonical address/],
  ["options behind a comma", { addresses: ["127.0.0.1,--script,x"] }, /not a canonical address/],
  ["a network as target", { addresses: ["10.0.0.0/24"] }, /not a canonical address/],
  ["another spelling of an address", { addresses: ["10.0.0.01"] }, /not a canonical address/],
  ["no target", { addresses: [] }, /no address/],
  ["a target twice", { addresses: ["10.0.0.1", "10.0.0.1"] }, /twice/],
  ["a target outside the scope", { addresses: ["10.0.1.1"] }, /outside the configured targets/],
  ["a path as cycle id", { cycleId: "../../etc" }, /cycle id/],
  ["port 0", { ports: tcp("0") }, /outside 1 to 65535/],
  ["no port", { ports: new Map() }, /no port/],
  ["version detection on a guarded port", { ...version, ports: tcp("22,9000-9200") }, /guarded port/],
  ["a script on a guarded port", { scripts: ["x"], ports: tcp("502") }, /guarded port/],
  ["version detection on a fragile host", { ...version, addresses: ["10.0.0.9"] }, /fragile host 10\.0\.0\.9/],
  ["OS detection on a fragile host", { osDetection: true, addresses: ["10.0.0.9"] }, /fragile host/],
])("refused: %s", (_, more, reason) => {
  expect(planObstacle(portsRun(["10.0.0.1"], "22", more), LIMITS)).toMatch(reason);
});

test.each<[string, Partial<RunPlan>]>([
  ["a plain run", {}],
  ["the state of a guarded port", { ports: tcp("9100") }],
  ["the state of a fragile host's ports", { addresses: ["10.0.0.9"] }],
  ["version detection elsewhere", version],
])("allowed: %s", (_, more) => {
  expect(planObstacle(portsRun(["10.0.0.1"], "22", more), LIMITS)).toBeNull();
});

test("without raw sockets SYN is refused, never replaced silently", () => {
  const limits = { ...LIMITS, privilege: "connect" } as const;
  expect(planObstacle(portsRun(["10.0.0.1"], "22"), limits)).toMatch(/needs raw sockets/);
  expect(planObstacle(portsRun(["10.0.0.1"], "22", { technique: "connect" }), limits)).toBeNull();
});
