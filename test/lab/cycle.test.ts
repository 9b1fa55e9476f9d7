import { afterEach, beforeEach, expect, test } from "vitest";
import { describeWith } from "../support/availability.ts";
import { createLab, type Lab, labAvailable } from "../support/lab.ts";
import { machine, said, scannerOf } from "./cycles.ts";

const FTP = "220 (vsFTPd 3.0.3)\r\n";

/** Six machines, so that one of them may vanish without the vantage being in doubt. */
const SIX = [10, 11, 12, 13, 14, 15].map((octet) => machine(octet));

describeWith(await labAvailable(), "whole cycles over machines of their own, matured after one scan", () => {
  let lab: Lab;
  beforeEach(async () => {
    lab = await createLab(SIX);
  });
  afterEach(() => lab.remove());
  const scanning = (more?: string) => scannerOf(lab, more);

  test("an unchanged segment: three scans, no anomaly of any kind", async () => {
    const scan = scanning();
    const reports = [await scan(), await scan(), await scan()];
    expect(reports.map((report) => report.summary.hosts.up)).toEqual([6, 6, 6]);
    expect(reports.flatMap(said)).toEqual([]);
  });

  test("host-appeared: a stranger in a closed segment is an alert at once", async () => {
    const scan = scanning("os_detection: false\nvantage: { closed: true }");
    await scan();
    await lab.add(machine(16));
    const [step, ...others] = (await scan()).steps;
    expect(others).toEqual([]);
    expect(step).toMatchObject({
      transition: "opened",
      notable: true,
      anomaly: {
        kind: "host-appeared",
        confirmed: true,
        host: { address: lab.address(16), mac: "00-1B-21-00-00-10" },
        score: { band: expect.stringMatching(/high|critical/) },
      },
    });
  });

  test("host-disappeared: a machine is missed for three scans, and welcomed back", async () => {
    const scan = scanning();
    await scan();
    await lab.connect(11, false);
    const gone = [await scan(), await scan(), await scan()];
    expect(gone.map(said)).toEqual([[], [], [`host-disappeared ${lab.address(11)} opened`]]);
    await lab.connect(11, true);
    expect(said(await scan())).toEqual([`host-disappeared ${lab.address(11)} resolved`]);
    await scan.expectReplay();
  });

  test("host-moved: the same card at another address is one machine, not one gone and one new", async () => {
    const scan = scanning();
    await scan();
    await lab.take(12);
    await lab.add(machine(17, { mac: "00:1b:21:00:00:0c" }));
    const report = await scan();
    expect(said(report)).toEqual([`host-moved ${lab.address(17)} opened`]);
    expect(report.steps[0]).toMatchObject({
      notable: false,
      anomaly: { before: { ip: lab.address(12) }, after: { ip: lab.address(17), identity: "mac" } },
    });
    await scan.expectReplay();
  });

  test("mac-changed: a new card, while the services stay", async () => {
    const scan = scanning();
    await scan();
    await lab.change(13, { mac: "00:1b:21:aa:bb:cc" });
    const report = await scan();
    expect(said(report)).toEqual([`mac-changed ${lab.address(13)} opened`]);
    expect(report.steps[0]?.anomaly).toMatchObject({
      before: { mac: "00-1B-21-00-00-0D" },
      after: { mac: "00-1B-21-AA-BB-CC" },
    });
  });

  test("identity-changed: another machine with other services at a known address", async () => {
    const scan = scanning();
    await scan();
    await lab.take(14);
    await lab.add(machine(14, { mac: "00:1b:21:aa:bb:dd", listens: new Map([[21, FTP]]) }));
    const report = await scan();
    expect(said(report)).toContain(`identity-changed ${lab.address(14)} opened`);
    expect(report.steps[0]?.anomaly).toMatchObject({ kind: "identity-changed", after: { mac: "00-1B-21-AA-BB-DD" } });
    await scan.expectReplay();
  });
});
