import { cpSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { zstdDecompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { NmapRun } from "../../../src/domain/nmap-run.ts";
import type { ScanProgress } from "../../../src/domain/ports/scanner.ts";
import type { RunPlan } from "../../../src/domain/scan-plan.ts";
import { sha256Hex } from "../../../src/lib/hash.ts";
import { installedNmap } from "../../nse/nmap.ts";
import { describeWith } from "../../support/availability.ts";
import { listener } from "../../support/listeners.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { portsRun } from "../plan/hosts.ts";
import { PROGRAMS, scannerFor, testSignal } from "./scanning.ts";

const TECHNIQUE = process.getuid?.() === 0 ? "syn" : "connect";
const PORT_SCAN = TECHNIQUE === "syn" ? "SYN Stealth Scan" : "Connect Scan";
const A = "127.0.41.1";
const B = "127.0.41.2";

function portsOf(ports: string, more: Partial<RunPlan> = {}): RunPlan {
  return portsRun([A, B], ports, { technique: TECHNIQUE, ...more });
}

function fingerprintOf(ports: string, more: Partial<RunPlan> = {}): RunPlan {
  return portsOf(ports, { phase: "fingerprint", assumeUp: true, versionIntensity: 2, shortWait: true, ...more });
}

function openPorts(run: NmapRun, address: string): readonly number[] {
  const hosts = run.hosts.filter((one) => one.address === address);
  return openPortsOf({ ...run, hosts }).map((port) => port.number);
}

function openPortsOf(run: NmapRun) {
  return run.hosts.flatMap((host) => host.ports.filter((port) => port.state === "open"));
}

/** A copy of our scripts with one more, whose action is the given Lua. */
function packWith(id: string, action: string): string {
  const nseDir = path.join(tempDir(), "nse");
  cpSync("nse-scripts", nseDir, { recursive: true });
  const header = 'description = [[x]]\nauthor = "x"\nlicense = "x"\ncategories = {"safe"}\n';
  const text = `${header}portrule = function(host, port) return port.state == "open" end\naction = function() ${action} end\n`;
  writeFileSync(path.join(nseDir, `${id}.nse`), text);
  const file = path.join(nseDir, "manifest.json");
  const manifest = JSON.parse(readFileSync(file, "utf8")) as { scripts: object[] };
  manifest.scripts.push({ id, source: "tripline", sha256: sha256Hex(text), categories: ["safe"], requests: "none" });
  writeFileSync(file, JSON.stringify(manifest));
  return nseDir;
}

describeWith(installedNmap(), "a real nmap on loopback", () => {
  test("a ports run is complete, covers what was planned, and leaves its XML in the archive", async () => {
    const web = await listener(A, 0);
    const { scanner, workDir, rawDir } = scannerFor();
    const plan = portsOf(`1-20,${web.port}`);
    const run = await scanner.run(plan, { signal: testSignal() });
    expect(run).toMatchObject({
      completeness: "complete",
      problems: [],
      reason: null,
      exitCode: 0,
      hostsUp: 2,
      planned: 2,
    });
    expect([openPorts(run, A), openPorts(run, B)]).toEqual([[web.port], []]);
    for (const host of run.hosts)
      expect(host.coverage).toMatchObject([{ transport: "tcp", phase: "ports", ports: plan.ports.get("tcp") }]);
    expect(run.raw?.path).toBe("c1/0-0-ports.xml.zst");
    const xml = zstdDecompressSync(readFileSync(path.join(rawDir, run.raw?.path ?? "")));
    expect([sha256Hex(xml), xml.length]).toEqual([run.raw?.sha256, run.raw?.bytes]);
    expect(statSync(path.join(rawDir, run.raw?.path ?? "")).mode & 0o777).toBe(0o600);
    // Nothing of the run is left in its private directory.
    expect(readdirSync(workDir)).toEqual([]);
  });

  test("a fingerprint run identifies services, with a banner and a comparability key of its own", async () => {
    const mail = await listener(A, 0, { kind: "banner", text: "220 mail.example.org ESMTP Postfix\r\n" });
    const web = await listener(B, 0, { kind: "http", server: "nginx/1.24.0", body: "hello" });
    const { scanner } = scannerFor();
    const plan = fingerprintOf(`${mail.port},${web.port}`, { scripts: ["tripline-banner"] });
    const run = await scanner.run(plan, { signal: testSignal() });
    expect(run).toMatchObject({ completeness: "complete", scriptErrors: [], rejectedScripts: [] });
    const ports = new Map(openPortsOf(run).map((port) => [port.number, port]));
    expect(ports.get(mail.port)).toMatchObject({
      service: { product: "Postfix smtpd" },
      identity: { values: { banner: "220 <host> ESMTP Postfix" } },
    });
    expect(ports.get(web.port)).toMatchObject({ service: { product: "nginx", version: "1.24.0" } });
    expect(run.comparability.service).toContain("intensity=2");
    expect([...run.comparability.scripts.keys()]).toEqual(["tripline-banner"]);
  });

  test("the same file is never written over: evidence of two runs stays", async () => {
    const { scanner } = scannerFor();
    const paths = [];
    for (let i = 0; i < 2; i++) paths.push((await scanner.run(portsOf("1"), { signal: testSignal() })).raw?.path);
    expect(paths).toEqual(["c1/0-0-ports.xml.zst", "c1/0-0-ports-2.xml.zst"]);
  });

  test("runs wait for each other", async () => {
    const { scanner } = scannerFor();
    const signal = testSignal();
    const [first, second] = await Promise.all([
      scanner.run(portsOf("1"), { signal }),
      scanner.run(portsOf("2"), { signal }),
    ]);
    expect(second.startedAt).toBeGreaterThanOrEqual(first.endedAt);
  });

  test("progress comes from nmap's own output", async () => {
    const silent = await listener(A, 0);
    const stop = new AbortController();
    const told = await new Promise<ScanProgress>((resolve, reject) => {
      const run = scannerFor().scanner.run(fingerprintOf(String(silent.port), { addresses: [A] }), {
        signal: stop.signal,
        onProgress: (progress) => progress.phase === "Service scan" && resolve(progress),
      });
      run.then(() => reject(new Error("nmap ended and never told of its service scan")), reject);
    });
    stop.abort();
    expect(told.percent === null || told.percent <= 100).toBe(true);
  });

  test("a deadline ends the run; what it showed counts, what it lacks does not", async () => {
    const silent = await listener(A, 0);
    const run = await scannerFor().scanner.run(fingerprintOf(String(silent.port), { deadlineMs: 1500 }), {
      signal: testSignal(),
    });
    expect(run.problems).toContain("deadline");
    expect(run.completeness).not.toBe("complete");
    expect(run.hosts.flatMap((host) => host.coverage)).toEqual([]);
  });

  test("stopping ends the run at once", async () => {
    const silent = await listener(A, 0);
    const stop = new AbortController();
    const running = scannerFor().scanner.run(fingerprintOf(String(silent.port)), {
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    const run = await running;
    expect(run.completeness).not.toBe("complete");
    expect(run.reason).toContain("the scan was stopped");
  });

  test.each([
    [PORT_SCAN, "SIGKILL"],
    ["Service scan", "SIGKILL"],
    ["Service scan", "SIGSEGV"],
    ["Service scan", "SIGABRT"],
  ] as const)("an nmap killed in its %s by %s is partial or failed and proves no absence", async (when, signal) => {
    const silent = await listener(A, 0);
    const tasks: string[] = [];
    const run = await scannerFor().scanner.run(fingerprintOf(String(silent.port)), {
      signal: testSignal(),
      onTask: (task, nmap) => {
        tasks.push(task);
        if (task === when) nmap.kill(signal);
      },
    });
    expect(tasks.at(-1)).toBe(when);
    expect(run).toMatchObject({ signal, completeness: expect.stringMatching(/partial|failed/) });
    expect(run.problems).toContain("not-well-formed");
    expect(run.hosts.filter((host) => host.state === "down" || host.coverage.length > 0)).toEqual([]);
  });

  test("success told over a cut file is partial and proves no absence", async () => {
    const { scanner } = scannerFor({ nmapPath: path.join(PROGRAMS, "nmap-truncated") });
    const run = await scanner.run(portsOf("22"), { signal: testSignal() });
    expect(run).toMatchObject({ exitCode: 0, completeness: "partial" });
    expect(run.problems.join(" ")).toMatch(/not-well-formed|not-finished/);
    expect(run.hosts.filter((host) => host.state === "down" || host.coverage.length > 0)).toEqual([]);
  });

  test("a script that throws is a script error and no observation; the rest of the run counts", async () => {
    const mail = await listener(A, 0, { kind: "banner", text: "220 x ESMTP Postfix\r\n" });
    const nseDir = packWith("throws", 'error("on purpose")');
    const plan = fingerprintOf(String(mail.port), { scripts: ["throws", "tripline-banner"], addresses: [A] });
    const run = await scannerFor({ nseDir }).scanner.run(plan, { signal: testSignal() });
    expect(run).toMatchObject({ completeness: "complete", scriptErrors: ["throws"] });
    expect(openPortsOf(run)[0]).toMatchObject({ identity: { values: { banner: "220 x ESMTP Postfix" } } });
  });

  test("a script that never ends is ended with its nmap at the deadline", async () => {
    const mail = await listener(A, 0);
    const plan = portsOf(String(mail.port), { scripts: ["loops"], addresses: [A], deadlineMs: 2000 });
    const run = await scannerFor({ nseDir: packWith("loops", "while true do end") }).scanner.run(plan, {
      signal: testSignal(),
    });
    expect(run.problems).toContain("deadline");
  });

  test("targets that look like options are refused, and no file of that name appears", async () => {
    const target = path.join(tempDir(), "owned");
    const run = await scannerFor().scanner.run(portsOf("22", { addresses: [`-oN${target}`] }), {
      signal: testSignal(),
    });
    expect(run).toMatchObject({ completeness: "failed", problems: ["not-started"] });
    expect(() => statSync(target)).toThrow("ENOENT");
  });

  test("a changed script does not run, is told, and the rest of the run goes on", async () => {
    const nseDir = path.join(tempDir(), "nse");
    cpSync("nse-scripts", nseDir, { recursive: true });
    renameSync(path.join(nseDir, "tripline-banner.nse"), path.join(nseDir, "x"));
    const mail = await listener(A, 0, { kind: "banner", text: "220 x ESMTP Postfix\r\n" });
    const plan = fingerprintOf(String(mail.port), { scripts: ["tripline-banner"], addresses: [A] });
    const run = await scannerFor({ nseDir }).scanner.run(plan, { signal: testSignal() });
    expect(run).toMatchObject({ completeness: "complete", rejectedScripts: [{ id: "tripline-banner" }] });
    expect([...run.comparability.scripts.keys()]).toEqual([]);
  });

  test("without our allow-list nmap is not started at all", async () => {
    const nseDir = path.join(tempDir(), "nse");
    cpSync("nse-scripts", nseDir, { recursive: true });
    renameSync(path.join(nseDir, "scripts/script.db"), path.join(nseDir, "x"));
    const run = await scannerFor({ nseDir }).scanner.run(portsOf("22"), { signal: testSignal() });
    expect(run).toMatchObject({ completeness: "failed", problems: ["not-started"] });
    expect(run.reason).toContain("script.db");
  });
});

describe("an nmap that lies or misbehaves is a verdict", () => {
  test.each([
    ["success without a file", "nmap-silent-success", /empty-output/, {}],
    ["hanging after its header", "nmap-hangs", /deadline/, { deadlineMs: 1500 }],
    ["XML without end", "nmap-floods", /output-cap/, {}],
    ["another exit code", "exit-three", /exit-code/, {}],
  ])("%s", async (_, program, problem, how) => {
    const { scanner, workDir } = scannerFor({ nmapPath: path.join(PROGRAMS, program), maxXmlBytes: 1_000_000 });
    const run = await scanner.run(portsOf("22", how), { signal: testSignal() });
    expect(run.completeness).toBe("failed");
    expect(run.problems.join(" ")).toMatch(problem);
    expect(run.hosts).toEqual([]);
    expect(readdirSync(workDir)).toEqual([]);
  });

  test("a missing nmap says where it was sought", async () => {
    const run = await scannerFor({ nmapPath: "/opt/no/nmap" }).scanner.run(portsOf("22"), { signal: testSignal() });
    expect(run).toMatchObject({ completeness: "failed", problems: ["not-started"], hosts: [], raw: null });
    expect(run.reason).toContain("/opt/no/nmap");
  });
});
