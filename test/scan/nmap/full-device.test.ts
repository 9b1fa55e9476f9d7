import { expect, onTestFinished, test } from "vitest";
import { installedNmap } from "../../nse/nmap.ts";
import { type Available, describeWith, missing } from "../../support/availability.ts";
import { runCommand } from "../../support/command.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { portsRun } from "../plan/hosts.ts";
import { scannerFor, testSignal } from "./scanning.ts";

/** A device of this many KiB, gone when the test ends. */
async function smallDevice(kib: number): Promise<string> {
  const directory = tempDir();
  const mounted = await runCommand("mount", ["-t", "tmpfs", "-o", `size=${kib}k`, "tmpfs", directory], "/");
  if (!mounted.ok) throw new Error(mounted.output);
  onTestFinished(async () => {
    await runCommand("umount", ["-l", directory], "/");
  });
  return directory;
}

async function fullDevice(): Promise<string> {
  const directory = await smallDevice(8);
  await runCommand("dd", ["if=/dev/zero", `of=${directory}/full`, "bs=4k", "count=8"], "/");
  return directory;
}

async function mountable(): Promise<Available<object>> {
  const nmap = installedNmap();
  if (!nmap.ok || process.getuid?.() === 0) return nmap;
  return missing("a small device cannot be mounted", "run the tests as root");
}

describeWith(await mountable(), "a real nmap whose device is full", () => {
  const addresses = Array.from({ length: 60 }, (_, i) => `127.0.47.${i + 1}`);
  const plan = portsRun(addresses, "1-20", { technique: "connect" });

  test("in the middle of the XML: partial at best, however it ends, and nobody is missed", async () => {
    const { scanner } = scannerFor({ workDir: await smallDevice(16) });
    const run = await scanner.run(plan, { signal: testSignal() });
    expect(run.completeness).not.toBe("complete");
    expect(run.problems.join(" ")).toMatch(/not-well-formed|not-finished|empty-output/);
    expect(run.hosts.filter((host) => host.state === "down" || host.coverage.length > 0)).toEqual([]);
  });

  test("from the beginning: failed, with the reason, and nothing is seen", async () => {
    const run = await scannerFor({ workDir: await fullDevice() }).scanner.run(plan, { signal: testSignal() });
    expect(run).toMatchObject({ completeness: "failed", hosts: [] });
    expect(run.reason).toMatch(/\w/);
  });

  test("in the archive: what was seen counts, and the missing file is told", async () => {
    const { scanner } = scannerFor({ rawDir: await fullDevice() });
    const run = await scanner.run(plan, { signal: testSignal() });
    expect(run).toMatchObject({ completeness: "complete", raw: null });
    expect(run.reason).toMatch(/could not be archived.*ENOSPC/);
  });
});
