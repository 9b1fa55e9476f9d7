import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { killedInTheMiddle } from "../../src/app/demo/kill.ts";
import { CHANGES } from "../../src/app/demo/network.ts";
import { found, killed, learning, type Shown, unchanged } from "../../src/app/demo/scenes.ts";
import type { Scanner } from "../../src/domain/ports/scanner.ts";
import { installedNmap } from "../nse/nmap.ts";
import { portsRun } from "../scan/plan/hosts.ts";
import { scannerFor, testSignal } from "../scan/nmap/scanning.ts";
import { deviation, host, life } from "../score/build.ts";
import { describeWith } from "../support/availability.ts";
import { tempDir } from "../support/temp-dir.ts";

const TECHNIQUE = process.getuid?.() === 0 ? "syn" : "connect";

/** Counts the runs that reach nmap. */
function counting(nmap: Scanner): Scanner & { readonly runs: () => number } {
  let runs = 0;
  return {
    run: (plan, options) => {
      runs += 1;
      return nmap.run(plan, options);
    },
    runs: () => runs,
  };
}

/** A real nmap that nobody sees at work, so that nobody can kill it in time: at its first so many starts. */
function unseenAtFirst(starts: number): string {
  const [file, log] = ["nmap", "starts"].map((name) => join(tempDir(), name)) as [string, string];
  const unseen = resolve("test/fixtures/programs/nmap-unseen");
  const lines = [
    "#!/bin/sh",
    `echo >> ${log}`,
    `[ "$(wc -l < ${log})" -le ${starts} ] && exec ${unseen} "$@"`,
    'exec nmap "$@"',
  ];
  writeFileSync(file, `${lines.join("\n")}\n`, { mode: 0o755 });
  return file;
}

describeWith(installedNmap(), "a ports run that is killed in the middle", () => {
  const plan = portsRun(["127.0.10.1", "127.0.10.2"], "1-200", { technique: TECHNIQUE });

  test.each([
    ["ends at once, by SIGKILL, with a cut file", 0],
    ["is run again when it ended before the kill, and its facts are dropped", 2],
  ])("%s", async (_, starts) => {
    const nmap = counting(scannerFor({ nmapPath: unseenAtFirst(starts) }).scanner);
    const run = await killedInTheMiddle(nmap).run(plan, { signal: testSignal() });
    expect(run).toMatchObject({ signal: "SIGKILL", exitCode: null, completeness: "failed", hosts: [] });
    expect(run.problems).toContain("not-well-formed");
    expect(nmap.runs()).toBe(starts + 1);
  });

  test("is told as it is when it can never be killed", async () => {
    const nmap = counting(scannerFor({ nmapPath: unseenAtFirst(99) }).scanner);
    const run = await killedInTheMiddle(nmap).run(plan, { signal: testSignal() });
    expect(run).toMatchObject({ signal: null, completeness: "complete" });
    expect(nmap.runs()).toBe(5);
  });

  test("leaves the runs of other phases alone", async () => {
    const { scanner } = scannerFor();
    const run = await killedInTheMiddle(scanner).run({ ...plan, phase: "verify" }, { signal: testSignal() });
    expect(run).toMatchObject({ signal: null, completeness: "complete" });
  });
});

/** A mature, complete scan that says nothing. */
function shown(more: Partial<Shown> = {}): Shown {
  const summary = { completeness: "complete", problems: [], reason: null } as const;
  return { summary, vantage: { state: "ok", reason: null }, learning: false, steps: [], ...more };
}

function opened(endpoints: readonly { readonly where: string; readonly kind: "port-moved" | "undeclared-port" }[]) {
  const deviations = endpoints.map(({ where, kind }, n) => {
    const [address = "", number] = where.replace("/tcp", "").split(":");
    return deviation({ kind, host: host(n, { address }), port: { transport: "tcp", number: Number(number) } });
  });
  return life().cycle(deviations).steps;
}

const PARTIAL = shown({ summary: { completeness: "partial", problems: ["deadline"], reason: "at its deadline" } });
const DEGRADED = shown({ vantage: { state: "degraded", reason: "control self-test failed" } });
const KILLED = shown({ summary: { completeness: "failed", problems: ["signal"], reason: "SIGKILL" } });
const OWN = shown({ steps: opened([{ where: "127.0.10.1:8080/tcp", kind: "undeclared-port" }]) });
const FOREIGN = shown({ steps: opened([{ where: "127.0.10.1:8000/tcp", kind: "undeclared-port" }]) });

describe("a scene of the demo", () => {
  test.each([
    ["that learns, from a complete scan", learning, shown({ learning: true }), null],
    ["that learns, from a partial scan", learning, PARTIAL, /partial: at its deadline/],
    ["that learns, when the baseline is mature", learning, shown(), /mature already/],
    ["without changes, from a silent scan", unchanged, shown(), null],
    ["without changes, while learning", unchanged, shown({ learning: true }), /still learning/],
    ["without changes, from a degraded vantage", unchanged, DEGRADED, /degraded: control self-test failed/],
    ["without changes, when something was said", unchanged, OWN, /undeclared-port 127\.0\.10\.1:8080\/tcp/],
    ["without changes, beside another program of this machine", unchanged, FOREIGN, null],
    ["of a killed scan", killed, KILLED, null],
    ["of a killed scan, when nmap ended by itself", killed, shown(), /ended by itself/],
    ["of a killed scan, when the vantage check was hit instead", killed, DEGRADED, /ended by itself/],
    ["of a killed scan that said something", killed, { ...KILLED, steps: OWN.steps }, /something was reported/],
    ["of findings, when nothing was found", found, shown(), /^not found: undeclared-port 127\.0\.10\.2:4444\/tcp, /],
    ["of findings, from a partial scan", found, PARTIAL, /partial/],
  ])("%s is judged by what the scan showed", (_, expectation, report, missing) => {
    const told = expectation(report);
    if (missing === null) expect(told).toBeNull();
    else expect(told).toMatch(missing);
  });

  test("of findings names only what is missing", () => {
    const moved = CHANGES.find((change) => change.found === "port-moved");
    const report = shown({ steps: opened([{ where: moved?.where ?? "", kind: "port-moved" }]) });
    expect(found(report)).not.toContain("port-moved");
    expect(found(report)?.split(", ")).toHaveLength(CHANGES.length - 1);
  });
});
