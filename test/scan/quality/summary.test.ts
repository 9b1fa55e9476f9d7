import { describe, expect, it } from "vitest";
import type { NmapRun } from "../../../src/domain/nmap-run.ts";
import { mergeObservations } from "../../../src/scan/quality/merge.ts";
import { summarise } from "../../../src/scan/quality/summary.ts";
import { runOf } from "./run-of.ts";

const HOSTS = [
  { address: "10.0.0.1", ports: [{ port: 22 }, { port: 80 }] },
  { address: "10.0.0.2" },
  { address: "10.0.0.3", state: "down" as const },
];

function summary(...runs: readonly NmapRun[]) {
  return summarise({ runs, hosts: mergeObservations(runs), planned: null, outOfScope: 0 });
}

describe("the summary of a cycle", () => {
  it("counts hosts, ports and coverage", async () => {
    expect(summary(await runOf("ports", { hosts: HOSTS }))).toMatchObject({
      completeness: "complete",
      reason: null,
      method: "syn",
      coverage: 1,
      hosts: { planned: 3, up: 2, partial: 0, unmeasured: 0 },
      ports: { probed: 2000, open: 2 },
    });
  });

  it("counts a host that failed alone as partial", async () => {
    const timedOut = [{ address: "10.0.0.1", timedOut: true }, ...HOSTS.slice(1)];
    const result = summary(await runOf("ports", { hosts: timedOut }));
    expect(result).toMatchObject({
      completeness: "partial",
      problems: ["host-timed-out"],
      hosts: { partial: 1, unmeasured: 0 },
    });
    expect(result.coverage).toBeCloseTo(2 / 3);
  });

  it("counts what a failed run did not see as unmeasured", async () => {
    const result = summary(await runOf("ports", { hosts: HOSTS, exit: "error" }));
    expect(result).toMatchObject({ completeness: "partial", coverage: 0, hosts: { up: 2, partial: 2, unmeasured: 1 } });
  });

  it("is partial when one of two shards failed, failed when both did", async () => {
    const good = await runOf("ports", { hosts: HOSTS });
    const bad = await runOf("ports", { total: 4, exit: "error" }, { shard: 1 });
    expect(bad.completeness).toBe("failed");
    expect(summary(good, bad)).toMatchObject({ completeness: "partial", hosts: { planned: 7, unmeasured: 5 } });
    expect(summary(bad).completeness).toBe("failed");
    expect(summary().completeness).toBe("failed");
  });

  it("stays complete when only a fingerprint run failed", async () => {
    const ports = await runOf("ports", { hosts: HOSTS });
    const broken = await runOf("fingerprint", { exit: "error" }, { n: 1 });
    expect(summary(ports, broken).completeness).toBe("complete");
  });

  it("takes each family's key from the first run that measured it", async () => {
    const ports = await runOf("ports", { hosts: HOSTS, args: "nmap -sS" });
    const first = await runOf("fingerprint", { hosts: HOSTS, args: "nmap -sV --version-light" }, { n: 1 });
    const second = await runOf("fingerprint", { hosts: HOSTS, args: "nmap -sV -O" }, { n: 2 });
    const keys = summary(ports, first, second).comparability;
    expect(keys.get("presence")).toBe(ports.comparability.presence);
    expect(keys.get("service")).toBe(first.comparability.service);
    expect(keys.get("os")).toBe(second.comparability.os);
  });

  it("lists failed scripts once", async () => {
    const failing = await runOf("scripts", {
      hosts: [{ address: "10.0.0.1", ports: [{ port: 22, scripts: [{ id: "x", output: "ERROR: a" }] }] }],
    });
    expect(summary(await runOf("ports", { hosts: HOSTS }), failing, { ...failing, n: 1 }).scriptErrors).toEqual(["x"]);
  });
});
