import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { nmapXml } from "../support/nmap-xml.ts";
import { tempDir } from "../support/temp-dir.ts";
import { run } from "./command-line.ts";

const SCAN = nmapXml({ hosts: [{ address: "10.0.0.1", ports: [{ port: 22 }] }], args: "nmap -oX - 10.0.0.1" });
const MASSCAN = SCAN.replace('scanner="nmap"', 'scanner="masscan"');
const REASON = "masscan wrote it, not nmap; scan the same targets with nmap -oX FILE";

/** A directory with the file, and an inventory of its one port. */
function directoryWith(name: string, content: string | Uint8Array): string {
  const directory = tempDir();
  writeFileSync(join(directory, name), content);
  writeFileSync(join(directory, "inv.csv"), "host,port,proto\n10.0.0.1,22,tcp\n");
  return directory;
}

describe("a file of another program", () => {
  it("is told by scan with reason, fix and effect, on lines of 80 columns, and exit 3", async () => {
    const { code, out } = await run(["scan", "--from-xml", "m.xml"], directoryWith("m.xml", MASSCAN));
    expect(out).toContain(`failed: ${REASON}\n  effect  None of it was read, compared or learned.\n`);
    expect(Math.max(...`failed: ${REASON}`.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(out).not.toContain("statistics");
    expect(code).toBe(3);
  });

  it("is told by drift with the name of the file, and exit 3", async () => {
    const args = ["drift", "--source", "inv.csv", "--live", "m.xml"];
    const { code, err } = await run(args, directoryWith("m.xml", MASSCAN));
    expect(err).toContain(`m.xml: ${REASON}`);
    expect(code).toBe(3);
    const json = JSON.parse((await run([...args, "--format", "json"], directoryWith("m.xml", MASSCAN))).out);
    expect(json.exit).toMatchObject({ code: 3, reasons: expect.arrayContaining([`m.xml: ${REASON}`]) });
  });
});

describe("a file of nmap in another form", () => {
  it.each<readonly [string, string | Uint8Array]>([
    ["without a DOCTYPE", SCAN.replace("<!DOCTYPE nmaprun>\n", "")],
    ["in UTF-16 of PowerShell", Buffer.from(`\ufeff${SCAN.replaceAll("\n", "\r\n")}`, "utf16le")],
  ])("is whole for scan and drift: %s", async (_, content) => {
    const directory = directoryWith("s.xml", content);
    const scan = await run(["scan", "--from-xml", "s.xml"], directory);
    expect(scan).toMatchObject({ code: 0, out: expect.stringContaining("1 up / 1 · 1 open port ·") });
    const drift = await run(["drift", "--source", "inv.csv", "--live", "s.xml", "--fail-on", "low"], directory);
    expect(drift).toMatchObject({ code: 0, out: expect.stringContaining("declared 100 %") });
  });
});

it("a directory of files is no file, and the fix says how to name them", async () => {
  const directory = tempDir();
  mkdirSync(join(directory, "scans"));
  const { code, err } = await run(["scan", "--from-xml", "scans"], directory);
  expect(err).toContain("it is a directory");
  expect(err).toContain("Name the files in it, oldest first.");
  expect(code).toBe(2);
});
