import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { readPrivilege } from "../../../src/scan/nmap/privilege.ts";
import { shortenWaits, shortWaitProbes } from "../../../src/scan/nmap/probe-file.ts";
import { followTasks, latestProgress } from "../../../src/scan/nmap/progress.ts";
import { enforceRetention, removeLeftRuns } from "../../../src/scan/nmap/retention.ts";
import { PATIENCE_MS } from "../../support/patience.ts";
import { tempDir } from "../../support/temp-dir.ts";

describe("the probe file with short waits", () => {
  const installed = [
    "Exclude T:9100-9107",
    "# head",
    "Probe TCP NULL q||",
    "# why",
    "totalwaitms 6000",
    "tcpwrappedms 3000",
    "match ftp m|^220|",
    "Probe TCP GetRequest q|GET|",
    "ports 80",
    "match http m|^HTTP totalwaitms 6000|",
    "Probe TCP Slow q|x|",
    "totalwaitms 7500",
    "",
  ].join("\n");

  test("shortens the greeting and the default, keeps stated waits, matches and the excluded ports", () => {
    expect(shortenWaits(installed)).toBe(
      installed
        .replace("totalwaitms 6000\ntcp", "totalwaitms 700\ntcp")
        .replace("q|GET|\n", "q|GET|\ntotalwaitms 2000\n"),
    );
  });

  test("is made anew when somebody changed it or nmap was upgraded, with a hash of its own", () => {
    const work = tempDir();
    const source = path.join(work, "installed");
    writeFileSync(source, installed);
    const first = shortWaitProbes(source, work);
    writeFileSync(first.path, "Probe TCP Evil q|reboot|");
    expect(shortWaitProbes(source, work)).toEqual(first);
    expect(readFileSync(first.path, "latin1")).toBe(shortenWaits(installed));
    writeFileSync(source, `${installed}# upgraded\n`);
    expect(shortWaitProbes(source, work).sha256).not.toBe(first.sha256);
  });
});

describe("progress from nmap's own XML", () => {
  test.each([
    ["nothing yet", "<nmaprun>", null],
    [
      "a task begins",
      '<taskbegin task="Service scan" time="1"/>',
      { phase: "Service scan", percent: null, remainingSeconds: null },
    ],
    [
      "the newest line counts",
      '<taskprogress task="SYN Stealth Scan" time="1" percent="10.00" remaining="90" etc="2"/>\n<taskprogress task="SYN Stealth Scan" time="1" percent="62.35" remaining="44" etc="2"/>',
      { phase: "SYN Stealth Scan", percent: 62.35, remainingSeconds: 44 },
    ],
    ["a task ends", '<taskend task="NSE" time="1"/>', { phase: "NSE", percent: 100, remainingSeconds: null }],
    ["a cut element is not read", '<taskprogress task="NSE" percent="1', null],
    [
      "hostile text is no task",
      '<taskbegin task="&#x1b;[31m" time="1"/>',
      { phase: "nmap", percent: null, remainingSeconds: null },
    ],
  ])("%s", (_, text, expected) => {
    expect(latestProgress(text)).toEqual(expected);
  });
});

describe("raw sockets", () => {
  const status = (uid: number, eff: string, amb: string) =>
    `Uid:\t${uid}\t${uid}\t${uid}\t${uid}\nCapEff:\t${eff}\nCapAmb:\t${amb}\n`;
  const ALL = "000001ffffffffff";
  const NET_RAW = "0000000000002000";
  const NONE = "0000000000000000";

  test.each([
    ["root", status(0, ALL, NONE), true, "allowed (root)"],
    ["root of a container without NET_RAW", status(0, "0000000000000400", NONE), false, "not allowed for uid 0"],
    ["a service user with the ambient capability", status(998, NET_RAW, NET_RAW), true, "ambient"],
    ["a user whose capability nmap would not get", status(998, NET_RAW, NONE), false, "not ambient"],
    ["a plain user", status(1000, NONE, NONE), false, "not allowed for uid 1000"],
  ])("%s", (...[, text, raw, detail]) => {
    expect(readPrivilege(text)).toMatchObject({ raw });
    expect(readPrivilege(text).detail).toContain(detail);
  });
});

describe("retention of the archive", () => {
  const DAY = 86_400_000;
  const NOW = 100 * DAY;

  function archive(...files: [name: string, bytes: number, ageDays: number][]): string {
    const dir = tempDir();
    for (const [name, bytes, age] of files) {
      mkdirSync(path.join(dir, path.dirname(name)), { recursive: true });
      writeFileSync(path.join(dir, name), Buffer.alloc(bytes));
      utimesSync(path.join(dir, name), (NOW - age * DAY) / 1000, (NOW - age * DAY) / 1000);
    }
    return dir;
  }

  test("removes by age, with the empty folder", () => {
    const dir = archive(["a/0-0-ports.xml.zst", 10, 31], ["b/0-0-ports.xml.zst", 10, 29]);
    const report = enforceRetention(dir, { maxAgeMs: 30 * DAY, maxBytes: 1000, now: NOW });
    expect(report).toEqual({ removed: ["a/0-0-ports.xml.zst"], keptFiles: 1, keptBytes: 10 });
    expect(existsSync(path.join(dir, "a"))).toBe(false);
  });

  test("removes the oldest until the rest fits, never the cycle that is being written", () => {
    const dir = archive(["a/1.xml.zst", 40, 3], ["b/1.xml.zst", 40, 2], ["c/1.xml.zst", 40, 1]);
    const report = enforceRetention(dir, { maxAgeMs: 30 * DAY, maxBytes: 50, now: NOW, keepCycle: "a" });
    expect(report.removed).toEqual(["b/1.xml.zst", "c/1.xml.zst"]);
  });

  test("removes what killed runs left in the work folder, and nothing else", () => {
    const dir = archive(["run-Ab12/nmap.xml", 10, 1], ["nmap-service-probes", 10, 1], ["agent.json", 10, 1]);
    removeLeftRuns(dir);
    expect(readdirSync(dir).toSorted()).toEqual(["agent.json", "nmap-service-probes"]);
    expect(() => removeLeftRuns(path.join(dir, "none"))).not.toThrow();
  });

  test("touches nothing else and needs no folder", () => {
    const dir = archive(["notes.txt", 10, 400]);
    expect(enforceRetention(dir, { maxAgeMs: DAY, maxBytes: 0, now: NOW }).removed).toEqual([]);
    expect(enforceRetention(path.join(dir, "none"), { maxAgeMs: DAY, maxBytes: 0, now: NOW }).removed).toEqual([]);
  });
});

describe("the tasks of a running nmap", () => {
  test("each is told once and in order, also when an element is written in two parts", async () => {
    const file = path.join(tempDir(), "nmap.xml");
    const told: string[] = [];
    const stop = followTasks(file, (task) => told.push(task));
    onTestFinished(stop);
    const begin = (task: string) => `<taskbegin task="${task}" time="1"/>\n`;
    writeFileSync(
      file,
      `<nmaprun>\n${begin("Ping Scan")}<taskend task="Ping Scan" time="2"/>\n${begin("SYN")}<taskbeg`,
    );
    await vi.waitUntil(() => told.length === 2, { timeout: PATIENCE_MS / 4 });
    appendFileSync(file, `in task="Service scan" time="3"/>\n${"<host/>".repeat(30_000)}${begin("NSE")}`);
    await vi.waitUntil(() => told.length === 4, { timeout: PATIENCE_MS / 4 });
    appendFileSync(file, begin("NSE"));
    await vi.waitUntil(() => told.length === 5, { timeout: PATIENCE_MS / 4 });
    expect(told).toEqual(["Ping Scan", "SYN", "Service scan", "NSE", "NSE"]);
  });
});
