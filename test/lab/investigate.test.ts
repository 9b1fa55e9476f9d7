import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { run } from "../cli/command-line.ts";
import { describeWith } from "../support/availability.ts";
import { runCommand } from "../support/command.ts";
import { createLab, type Lab, labAvailable } from "../support/lab.ts";
import { tempDir } from "../support/temp-dir.ts";
import { machine } from "./cycles.ts";

const SIX = [10, 11, 12, 13, 14, 15].map((octet) => machine(octet));
const SSH = "SSH-2.0-OpenSSH_9.6\r\n";

describeWith(await labAvailable(), "investigate, over machines of their own", () => {
  let lab: Lab;
  beforeEach(async () => {
    lab = await createLab(SIX);
  });
  afterEach(() => lab.remove());

  /** A state with an anomaly about a port that opened on the first machine. */
  async function opened() {
    const directory = tempDir();
    writeFileSync(
      join(directory, "tripline.yaml"),
      `segment: lab
targets: ["${lab.address(10)}-15"]
ports: [25, 4447]
pace: normal
os_detection: false
baseline: { learn: { scans: 1, at_least: 0s } }
`,
    );
    const tripline = (...words: readonly string[]) => run([...words, "-c", "tripline.yaml"], directory);
    await tripline("scan");
    await lab.listen(10, new Map([[4447, SSH]]));
    await tripline("scan");
    const [{ id }] = JSON.parse((await tripline("anomalies", "list", "--json")).out) as [{ readonly id: string }];
    return { tripline, id };
  }

  test("a host that is gone: the look says that it does not answer, not that its port was closed", async () => {
    const { tripline, id } = await opened();
    await lab.connect(10, false);
    const looked = await tripline("investigate", id, "--yes");
    expect(looked).toMatchObject({ code: 0, err: "" });
    expect(looked.out).toContain("The host does not answer");
    expect(looked.out).not.toContain("is no longer open");
    expect((await tripline("explain", id)).out).toContain("The host does not answer");
  });

  test("a vantage that lost its link proves nothing: TL484, and nothing is attached", async () => {
    const { tripline, id } = await opened();
    await runCommand("ip", ["link", "set", lab.device, "down"], "/");
    const looked = await tripline("investigate", id, "--yes");
    expect(looked).toMatchObject({ code: 3, out: "" });
    expect(looked.err).toMatch(/proves nothing: the vantage is degraded[^]*\(TL484\)[^]*effect[^]*fix/);
    expect((await tripline("explain", id)).out).not.toContain("looked");
  });
});
