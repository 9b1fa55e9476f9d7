import { writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import type { NmapRun } from "../../../src/domain/nmap-run.ts";
import type { RunPlan } from "../../../src/domain/scan-plan.ts";
import { fromNumbers } from "../../../src/lib/intervals.ts";
import { runWithQuarantine } from "../../../src/scan/nmap/quarantine.ts";
import { installedNmap } from "../../nse/nmap.ts";
import { describeWith } from "../../support/availability.ts";
import { listener } from "../../support/listeners.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { portsRun } from "../plan/hosts.ts";
import { scannerFor, testSignal } from "./scanning.ts";
import { scaled } from "../../support/patience.ts";

const TECHNIQUE = process.getuid?.() === 0 ? "syn" : "connect";
const HOSTS = ["127.0.43.1", "127.0.43.2", "127.0.43.3"] as const;

// Fixed, because the made-up nmap looks for the number in its arguments: a random one may stand elsewhere in them.
const WEB = 18_080;
const TARPIT = 18_191;

function identified(runs: readonly NmapRun[], address: string): readonly string[] {
  const hosts = runs.flatMap((run) => run.hosts.filter((host) => host.address === address));
  return [...new Set(hosts.flatMap((host) => host.ports.flatMap((port) => port.service?.product ?? [])))];
}

function fingerprintOf(ports: readonly number[], deadlineMs: number): RunPlan {
  return portsRun(HOSTS, "1", {
    phase: "fingerprint",
    technique: TECHNIQUE,
    ports: new Map([["tcp", fromNumbers(ports)]]),
    assumeUp: true,
    versionIntensity: 2,
    shortWait: true,
    deadlineMs,
  });
}

/** A real nmap that never ends when version detection meets this endpoint. */
function hangingAt(address: string, port: number): string {
  const file = path.join(tempDir(), "nmap");
  const meets = `case " $* " in *${port}*" -sV "*" ${address} "*) exec sleep 600;; esac`;
  writeFileSync(file, `#!/bin/sh\n${meets}\nexec nmap "$@"\n`, { mode: 0o755 });
  return file;
}

describeWith(installedNmap(), "hostile services among normal ones", () => {
  test("the one port that keeps nmap busy for ever is named, everybody else is fingerprinted", async () => {
    const web = await listener(HOSTS[0], WEB, { kind: "http", server: "nginx/1.24.0", body: "hello" });
    for (const address of HOSTS.slice(1)) {
      await listener(address, web.port, { kind: "http", server: "nginx/1.24.0", body: "hello" });
    }
    const tarpit = await listener(HOSTS[1], TARPIT);
    const { scanner } = scannerFor({ nmapPath: hangingAt(HOSTS[1], tarpit.port) });
    const plan = fingerprintOf([web.port, tarpit.port], scaled(8_000));
    let n = 0;
    const runs = await runWithQuarantine(scanner, plan, { signal: new AbortController().signal, nextN: () => ++n });
    for (const address of HOSTS) expect(identified(runs, address)).toEqual(["nginx"]);
    const culprits = runs.filter((run) => run.problems.includes("tarpit-suspected"));
    expect(culprits.map((run) => run.reason)).toEqual([expect.stringContaining(`${HOSTS[1]} ${tarpit.port}/tcp: `)]);
    expect(new Set(runs.map((run) => run.n)).size).toBe(runs.length);
  });

  test("when the search for the culprit grows too long, the rest is asked for its state only", async () => {
    const tarpit = await listener(HOSTS[1], 0);
    const { scanner } = scannerFor({ nmapPath: hangingAt(HOSTS[1], tarpit.port) });
    const plan = fingerprintOf([tarpit.port], scaled(2000));
    const runs = await runWithQuarantine(scanner, plan, { signal: testSignal(), nextN: () => 1, maxRuns: 1 });
    expect(runs.map((run) => run.problems.includes("deadline"))).toEqual([true, false]);
    expect(runs[1]?.problems).toEqual(["tarpit-suspected"]);
  });

  test("silent, endless, dripping, huge and resetting ports keep nobody", async () => {
    const good = await listener(HOSTS[0], 0, { kind: "http", server: "nginx/1.24.0", body: "hello" });
    const odd = [
      await listener(HOSTS[1], 0, { kind: "silent" }),
      await listener(HOSTS[1], 0, { kind: "endless" }),
      await listener(HOSTS[1], 0, { kind: "drip", everyMs: 1000 }),
      await listener(HOSTS[2], 0, { kind: "huge", bytes: 64_000_000 }),
      await listener(HOSTS[2], 0, { kind: "reset" }),
    ];
    const ports = [good, ...odd].map((server) => server.port);
    const plan = { ...fingerprintOf(ports, scaled(50_000)), scripts: ["tripline-banner"] };
    const runs = await runWithQuarantine(scannerFor().scanner, plan, { signal: testSignal(), nextN: () => 1 });
    expect(identified(runs, HOSTS[0])).toEqual(["nginx"]);
    expect(runs[0]?.hosts.map((host) => host.address)).toEqual([...HOSTS]);
  });
});
