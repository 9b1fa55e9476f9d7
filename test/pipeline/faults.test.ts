import { writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import type { NmapRun } from "../../src/domain/nmap-run.ts";
import type { Scanner } from "../../src/domain/ports/scanner.ts";
import { monotonicClock, wallClock } from "../../src/lib/time.ts";
import type { FinishedReport } from "../../src/pipeline/cycle-report.ts";
import { installedNmap } from "../nse/nmap.ts";
import { scannerFor } from "../scan/nmap/scanning.ts";
import { NOW } from "../store/support/temp-store.ts";
import { describeWith } from "../support/availability.ts";
import { listener } from "../support/listeners.ts";
import { tempDir } from "../support/temp-dir.ts";
import { type World, type WorldHost, worldScanner } from "../support/world-scanner.ts";
import { createRig, type Rig } from "./rig.ts";

const clock = { now: wallClock, monotonic: monotonicClock };
const kinds = (report: FinishedReport | null) => report?.steps.map((step) => step.anomaly.kind);
const told = (report: FinishedReport | null) => report?.health.map((notice) => notice.kind);

describeWith(installedNmap(), "a real nmap that is killed while it writes", () => {
  const HOSTS = [1, 2, 3].map((n) => `127.0.46.${n}`);
  const banner = { kind: "banner", text: "220 mail.example.org ESMTP Postfix\r\n" } as const;

  /** Ends itself by the signal in the named phase, with the end of its XML not written. */
  function killedIn(phase: "ports" | "fingerprint" | "verify", signal: string): Scanner {
    const file = path.join(tempDir(), "nmap");
    const lines = [
      "#!/bin/sh",
      'case " $* " in *" -sV "*" -Pn "*|*" -Pn "*" -sV "*) p=fingerprint;; *" -Pn "*) p=verify;; *) p=ports;; esac',
      'prev=; for a in "$@"; do [ "$prev" = -oX ] && out=$a; prev=$a; done',
      `[ $p = ${phase} ] || exec nmap "$@"`,
      'nmap "$@" > /dev/null',
      'size=$(wc -c < "$out"); head -c $((size - 300)) "$out" > "$out.cut" && mv "$out.cut" "$out"',
      `kill -${signal} $$`,
    ];
    writeFileSync(file, `${lines.join("\n")}\n`, { mode: 0o755 });
    return scannerFor({ nmapPath: file }).scanner;
  }

  async function learned(): Promise<{ rig: Rig; how: { clock: typeof clock; ports: string } }> {
    const rig = createRig(HOSTS);
    const how = { clock, ports: "46000-46010" };
    for (const n of [1, 2, 3]) {
      const report = await rig.cycle(n, new Map(), { ...how, scanner: scannerFor().scanner });
      expect(report?.summary.completeness).toBe("complete");
    }
    return { rig, how };
  }

  it.each(["KILL", "SEGV", "ABRT"])("by %s in any phase: nothing is missed and nothing is learned", async (signal) => {
    const gone = await listener(HOSTS[0]!, 46_001, banner);
    for (const host of HOSTS.slice(1)) await listener(host, 46_001, banner);
    const { rig, how } = await learned();
    const before = await rig.store().cycles.loadBaseline("office");

    const identified = await rig.cycle(4, new Map(), { ...how, scanner: killedIn("fingerprint", signal) });
    expect(identified?.summary.completeness).toBe("complete");
    expect(kinds(identified)).toEqual([]);

    await gone.close();
    for (const n of [5, 6, 7]) {
      const report = await rig.cycle(n, new Map(), { ...how, scanner: killedIn("ports", signal) });
      expect(report?.summary.problems).toContain("signal");
      expect(kinds(report)).toEqual([]);
      expect(told(report)).toEqual([expect.stringMatching(/^scan-(partial|failed)$/)]);
    }
    const after = await rig.store().cycles.loadBaseline("office");
    const misses = [...after.hosts.values()].flatMap((host) => [
      host.misses,
      ...[...host.ports.values()].map((p) => p.misses),
    ]);
    expect(new Set(misses)).toEqual(new Set([0]));
    expect(after.scans).toBe(before.scans + 1);

    await listener(HOSTS[0]!, 46_001, banner);
    await listener(HOSTS[1]!, 46_002, banner);
    const doubted = await rig.cycle(8, new Map(), { ...how, scanner: killedIn("verify", signal) });
    expect(doubted?.steps.map(({ anomaly }) => [anomaly.kind, anomaly.port?.number])).toEqual([
      ["port-opened", 46_002],
    ]);
  });
});

const ADDRESSES = [1, 2, 3, 4, 5, 6].map((n) => `10.0.0.${n}`);
const worldOf = (product: string): World =>
  new Map(
    ADDRESSES.map((address, i): [string, WorldHost] => [
      address,
      { mac: `00-11-22-33-44-0${i}`, open: new Map([[80, product]]) },
    ]),
  );

/** What a world shows in the n-th cycle, changed by a fault of the scanner. */
function faulty(n: number, world: World, fault: (run: NmapRun) => NmapRun): Scanner {
  const real = worldScanner(world, NOW + n * 60_000);
  return { run: async (plan, options) => fault(await real.run(plan, options)) };
}

async function learnedWorld(): Promise<Rig> {
  const rig = createRig(ADDRESSES);
  for (const n of [1, 2, 3]) await rig.cycle(n, worldOf("nginx"));
  return rig;
}

describe("hosts at the host timeout", () => {
  it("are half of the segment: nobody is missed, the others count, and the next cycle measures them again", async () => {
    const rig = await learnedWorld();
    const timedOut = new Set(ADDRESSES.slice(0, 3));
    const fault = (run: NmapRun): NmapRun => ({
      ...run,
      completeness: "partial",
      problems: ["host-timed-out"],
      reason: "3 hosts not measured",
      hosts: run.hosts.map((host) =>
        timedOut.has(host.address)
          ? { ...host, ports: [], otherStates: [], coverage: [], problems: ["timed-out"] }
          : host,
      ),
    });
    for (const n of [4, 5, 6, 7]) {
      const report = await rig.cycle(n, worldOf("nginx"), { scanner: faulty(n, worldOf("nginx"), fault) });
      expect([kinds(report), report?.summary.hosts]).toEqual([[], { planned: 6, up: 6, partial: 3, unmeasured: 0 }]);
    }
    const report = await rig.cycle(8, worldOf("nginx"));
    expect([kinds(report), report?.summary.completeness]).toEqual([[], "complete"]);
  });
});

describe("a scanner that measures otherwise than before", () => {
  const keyed =
    (change: Partial<NmapRun["comparability"]>, nmapVersion = "7.95") =>
    (run: NmapRun): NmapRun => ({
      ...run,
      nmapVersion,
      comparability: {
        ...run.comparability,
        ...change,
        service: run.comparability.service === null ? null : (change.service ?? run.comparability.service),
      },
    });

  it.each<[string, Partial<NmapRun["comparability"]>, World]>([
    ["another version of nmap, which names products otherwise", { service: "nmap=7.95" }, worldOf("nginx httpd")],
    ["another probe database", { service: "nmap=7.93 probes=other" }, worldOf("Igor Sysoev's nginx")],
    ["no raw sockets any more", { presence: "connect unprivileged" }, new Map([...worldOf("nginx")].slice(0, 5))],
  ])("because of %s: learned anew with one notice, never a storm", async (_, change, world) => {
    const rig = await learnedWorld();
    const reports = [];
    for (const n of [4, 5]) reports.push(await rig.cycle(n, world, { scanner: faulty(n, world, keyed(change)) }));
    expect(reports.map(kinds)).toEqual([[], []]);
    expect(reports.map(told)).toEqual([["rebaselined"], []]);
  });
});

describe("an nmap that lies with exit code 0", () => {
  it("and writes nothing is a failed cycle, told loudly, that teaches nothing", async () => {
    const rig = await learnedWorld();
    const before = await rig.store().cycles.loadBaseline("office");
    const { scanner } = scannerFor({ nmapPath: path.resolve("test/fixtures/programs/nmap-silent-success") });
    const report = await rig.cycle(4, new Map(), { scanner });
    expect([report?.summary.completeness, kinds(report), told(report)]).toEqual(["failed", [], ["scan-failed"]]);
    expect(report?.summary.problems).toContain("empty-output");
    expect((await rig.store().cycles.loadBaseline("office")).hosts).toEqual(before.hosts);
  });
});
