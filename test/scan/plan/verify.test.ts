import { expect, test } from "vitest";
import type { PortRequest, ProbeRequest } from "../../../src/domain/ports/prober.ts";
import { formatIntervals } from "../../../src/lib/intervals.ts";
import { planVerify, type VerifyInput } from "../../../src/scan/plan/verify.ts";

function runs(requests: readonly ProbeRequest[], more: Partial<VerifyInput> = {}): readonly string[] {
  const plans = planVerify({
    cycleId: "c1",
    shard: 0,
    firstN: 5,
    requests,
    technique: "syn",
    raw: true,
    fragile: new Set(["10.0.0.9"]),
    scripts: ["tripline-banner"],
    pace: "normal",
    ...more,
  });
  return plans.map((plan) => {
    const [[transport, ports] = ["tcp", []]] = [...plan.ports] as ["tcp" | "udp", [number, number][]][];
    const what = plan.versionIntensity === null ? "state" : `service+${plan.scripts.length}`;
    return `${plan.n} ${plan.technique} ${plan.addresses.join("+")} ${transport}/${formatIntervals(ports)} ${what}`;
  });
}

function ask(address: string, number: number, what: PortRequest["ask"] = "state"): ProbeRequest {
  return { address, port: { transport: "tcp", number }, ask: what };
}

test.each<[string, readonly ProbeRequest[], Partial<VerifyInput>, readonly string[]]>([
  ["the other technique than SYN", [ask("10.0.0.1", 22)], {}, ["5 connect 10.0.0.1 tcp/22 state"]],
  [
    "the other technique than connect",
    [ask("10.0.0.1", 22)],
    { technique: "connect" },
    ["5 syn 10.0.0.1 tcp/22 state"],
  ],
  [
    "connect again without raw sockets",
    [ask("10.0.0.1", 22)],
    { technique: "connect", raw: false },
    ["5 connect 10.0.0.1 tcp/22 state"],
  ],
  [
    "the same ports of several hosts in one run, others apart",
    [ask("10.0.0.2", 22), ask("10.0.0.1", 22), ask("10.0.0.3", 80)],
    {},
    ["5 connect 10.0.0.1+10.0.0.2 tcp/22 state", "6 connect 10.0.0.3 tcp/80 state"],
  ],
  [
    "several ports of one host together, states and services apart",
    [ask("10.0.0.1", 22), ask("10.0.0.1", 23), ask("10.0.0.1", 80, "service")],
    {},
    ["5 connect 10.0.0.1 tcp/22-23 state", "6 connect 10.0.0.1 tcp/80 service+1"],
  ],
  [
    "a port asked both ways once, in the stronger way",
    [ask("10.0.0.1", 22, "service"), ask("10.0.0.1", 22)],
    {},
    ["5 connect 10.0.0.1 tcp/22 service+1"],
  ],
  ["a guarded port by SYN only", [ask("10.0.0.1", 9100, "service")], {}, ["5 syn 10.0.0.1 tcp/9100 state"]],
  ["a fragile host by SYN only", [ask("10.0.0.9", 80, "service")], {}, ["5 syn 10.0.0.9 tcp/80 state"]],
  [
    "UDP by UDP",
    [{ address: "10.0.0.1", port: { transport: "udp", number: 53 }, ask: "state" }],
    {},
    ["5 udp 10.0.0.1 udp/53 state"],
  ],
  ["nothing for no doubt", [], {}, []],
])("verification asks %s", (...[, requests, more, expected]) => {
  expect(runs(requests, more)).toEqual(expected);
});

test("a system is asked with an open and a closed port, hosts with the same pair together, fragile ones never", () => {
  const system = (address: string, closed: number): ProbeRequest => ({ address, ask: "system", open: 22, closed });
  const requests = [system("10.0.0.2", 1), system("10.0.0.1", 1), system("10.0.0.3", 7), system("10.0.0.9", 1)];
  const asked = (raw: boolean) =>
    planVerify({
      cycleId: "c1",
      shard: 0,
      firstN: 5,
      requests: [ask("10.0.0.1", 80), ...requests],
      technique: "syn",
      raw,
      fragile: new Set(["10.0.0.9"]),
      scripts: [],
      pace: "normal",
    }).filter((plan) => plan.osDetection);
  expect(
    asked(true).map(({ n, technique, addresses, ports }) => [
      n,
      technique,
      addresses.join("+"),
      formatIntervals(ports.get("tcp") ?? []),
    ]),
  ).toEqual([
    [6, "syn", "10.0.0.1+10.0.0.2", "1,22"],
    [7, "syn", "10.0.0.3", "7,22"],
  ]);
  expect(asked(false)).toEqual([]);
});
