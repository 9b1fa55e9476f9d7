import { expect, test } from "vitest";
import { planDigest, type PlanInputs } from "../../../src/scan/plan/plan-digest.ts";
import { tcp } from "./hosts.ts";

const BASE: PlanInputs = {
  profile: "ports",
  technique: "syn",
  pace: "normal",
  addresses: ["10.0.0.1", "10.0.0.2"],
  ports: tcp("1-100"),
  fragile: new Set(["10.0.0.9", "10.0.0.8"]),
  shardSize: null,
  scripts: ["a", "b"],
  osDetection: true,
  vantage: "10.0.0.250",
  tools: "nmap 7.93",
};

test.each<[string, Partial<PlanInputs>]>([
  ["a target more", { addresses: ["10.0.0.1", "10.0.0.2", "10.0.0.3"] }],
  ["a port less", { ports: tcp("1-99") }],
  ["another profile", { profile: "deep" }],
  ["another technique", { technique: "connect" }],
  ["another pace", { pace: "polite" }],
  ["a host that became fragile", { fragile: new Set(["10.0.0.8", "10.0.0.9", "10.0.0.1"]) }],
  ["other shards", { shardSize: 16 }],
  ["another script", { scripts: ["a"] }],
  ["no OS detection", { osDetection: false }],
  ["another place", { vantage: "10.0.1.7" }],
  ["another nmap", { tools: "nmap 7.95" }],
])("%s is another plan", (_, change) => {
  expect(planDigest({ ...BASE, ...change })).not.toBe(planDigest(BASE));
});

test("the order in which the operator wrote things does not matter", () => {
  const same = { fragile: new Set(["10.0.0.8", "10.0.0.9"]), scripts: ["b", "a"] };
  expect(planDigest({ ...BASE, ...same })).toBe(planDigest(BASE));
});
