import { describe, expect, it } from "vitest";
import { sampleOfPorts } from "../../../src/domain/port-burst.ts";
import type { RunPhase } from "../../../src/domain/scan-plan.ts";
import { parseIntervals } from "../../../src/lib/intervals.ts";
import { answersEverywhere, askedPorts } from "../../../src/scan/xml/all-open.ts";

function asking(services: string, phase: RunPhase = "ports") {
  const ports = parseIntervals(services) ?? [];
  return { scanInfo: [{ type: "syn", protocol: "tcp" as const, numServices: 0, services: ports }], phase };
}

describe("a host that answers open everywhere", () => {
  it.each<[string, number, string, RunPhase, boolean]>([
    ["all of nmap's top 1000", 1000, "1-1000", "ports", true],
    ["half of them", 500, "1-1000", "ports", true],
    ["less than half", 499, "1-1000", "ports", false],
    ["all 65,535", 65_535, "1-65535", "ports", true],
    ["2,001 of them", 2001, "1-65535", "ports", true],
    ["2,000 of them", 2000, "1-65535", "ports", false],
    ["a short list, all of it", 100, "1-100", "ports", false],
    ["a run that asks only what is open", 300, "1-300", "fingerprint", false],
  ])("%s", (_, open, services, phase, expected) => {
    expect(answersEverywhere(open, asking(services, phase))).toBe(expected);
  });

  it("is asked again by sixteen ports from one end to the other", () => {
    const sample = sampleOfPorts(askedPorts(asking("1-65535"))).map((port) => port.number);
    expect([sample.length, sample[0], sample[15]]).toEqual([16, 1, 61_440]);
  });
});
