import { writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { sha256Hex } from "../../src/lib/hash.ts";
import { readRecordedScan } from "../../src/scan/recorded.ts";
import { type NmapXmlSpec, nmapXml } from "../support/nmap-xml.ts";
import { tempDir } from "../support/temp-dir.ts";

function write(text: string): string {
  const file = path.join(tempDir(), "scan.xml");
  writeFileSync(file, text);
  return file;
}

const spec: NmapXmlSpec = {
  start: 1000,
  finished: 1060,
  hosts: [{ address: "10.0.0.1", ports: [{ port: 22 }], end: 1050 }],
  down: 1,
};

describe("a recorded scan", () => {
  it("is one run of the ports phase", async () => {
    const xml = nmapXml(spec);
    const { run, clock, sha256 } = await readRecordedScan(write(xml), { shard: 3 });
    expect(run).toMatchObject({
      shard: 3,
      phase: "ports",
      technique: "syn",
      completeness: "complete",
      planned: 2,
      hostsUp: 1,
      hostsDown: 1,
      nmapVersion: "7.93",
    });
    expect(run.argv.slice(0, 2)).toEqual(["nmap", "-sS"]);
    expect(run.hosts[0]?.coverage[0]?.phase).toBe("ports");
    expect(clock).toEqual({ startedAt: 1_000_000, endedAt: 1_060_000 });
    expect(sha256).toBe(sha256Hex(xml));
  });

  it("ends with its last host when it was cut, else at its start", async () => {
    const xml = nmapXml(spec);
    const cut = await readRecordedScan(write(xml.slice(0, xml.indexOf("<runstats>"))));
    expect(cut.clock.endedAt).toBe(1_050_000);
    expect(cut.run).toMatchObject({
      completeness: "partial",
      planned: 1,
      hostsDown: 0,
      hosts: [{ address: "10.0.0.1", coverage: [] }],
    });
    expect((await readRecordedScan(write(xml.slice(0, xml.indexOf("<host "))))).clock).toEqual({
      startedAt: 1_000_000,
      endedAt: 1_000_000,
    });
  });

  it("that is no scan failed, with a reason", async () => {
    for (const text of ["", "hello", "<html/>"]) {
      expect((await readRecordedScan(write(text))).run).toMatchObject({
        completeness: "failed",
        hosts: [],
        reason: expect.any(String),
        planned: 0,
      });
    }
    expect((await readRecordedScan("/does/not/exist.xml")).run.reason).toMatch(/ENOENT/);
  });

  it("believes no count of 4294967295 hosts", async () => {
    const xml = nmapXml({ ...spec, exit: "error" }).replace(
      /down="1" total="2"/,
      'down="4294967295" total="4294967296"',
    );
    const { run } = await readRecordedScan(write(xml));
    expect(run).toMatchObject({ planned: 1, hostsDown: 0, completeness: "partial" });
  });
});
