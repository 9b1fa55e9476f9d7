import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { startListener } from "../../src/app/demo/services.ts";
import { installedNmap } from "../nse/nmap.ts";
import { describeWith } from "../support/availability.ts";
import { directoryWith, run } from "./command-line.ts";
import { agentIn } from "./support/agent-process.ts";
import { host, office } from "./support/people.ts";

const HOST = "127.0.83.1";
const CONFIG = `segment: office
targets: [${HOST}]
ports: [4446, 4447]
os_detection: false
every: 1h
baseline: { learn: { scans: 1, at_least: 0s } }
`;

/** A state with an anomaly about a port that is open now. */
async function opened() {
  const directory = directoryWith({ "tripline.yaml": CONFIG });
  const tripline = (...words: readonly string[]) => run([...words, "-c", "tripline.yaml"], directory);
  const first = await startListener(HOST, 4446, { banner: "hello\r\n" });
  onTestFinished(() => first.stop());
  await tripline("scan");
  const second = await startListener(HOST, 4447, { banner: "SSH-2.0-OpenSSH_9.6\r\n" });
  await tripline("scan");
  const [{ id }] = JSON.parse((await tripline("anomalies", "list", "--json")).out) as [{ readonly id: string }];
  return { directory, tripline, id, second };
}

describeWith(installedNmap(), "investigate", () => {
  it("looks at the host in depth, keeps the result with the anomaly and says when it is gone", async () => {
    const { directory, tripline, id, second } = await opened();
    const asked = await tripline("investigate", id);
    expect(asked).toMatchObject({ code: 0, out: expect.stringContaining(`Would scan ${HOST}`) });
    const plan = JSON.parse((await tripline("investigate", id, "--json")).out);
    expect(plan).toEqual({ id: expect.any(String), address: HOST, done: false });
    const before = JSON.parse((await tripline("baseline", "show", "--json")).out);

    const looked = await tripline("investigate", id, "--yes", "--by", "alice");
    expect(looked).toMatchObject({
      code: 0,
      out: expect.stringContaining("Port 4447/tcp is still open, identified as ssh"),
    });
    const explained = await tripline("explain", id);
    expect(explained.out).toMatch(/looked .*by alice: Port 4447\/tcp is still open/);
    expect(JSON.parse((await tripline("baseline", "show", "--json")).out).scans).toBe(before.scans);

    await second.stop();
    const later = await tripline("investigate", id, "--yes");
    expect(later.out).toContain("Port 4447/tcp is no longer open");

    writeFileSync(join(directory, "tripline.yaml"), CONFIG.replace(HOST, "127.0.83.2"));
    expect(await tripline("investigate", id, "--yes")).toMatchObject({
      code: 2,
      err: expect.stringContaining("(TL482)"),
    });
  });

  it("is done by the agent that holds the state", async () => {
    const { directory, tripline, id, second } = await opened();
    onTestFinished(() => second.stop());
    const agent = await agentIn(directory);
    const looked = await tripline("investigate", id, "--yes", "--by", "alice");
    expect(looked).toMatchObject({ code: 0, out: expect.stringContaining("Port 4447/tcp is still open") });
    expect(agent.child.exitCode).toBeNull();
    expect((await tripline("explain", id)).out).toContain("by alice: Port 4447/tcp");
  });
});

it("refuses a state of recorded scans, with the reason", async () => {
  const at = await office(
    [host("10.0.0.5", 22), host("10.0.0.6", 22)],
    [host("10.0.0.5", 22, 4444), host("10.0.0.6", 22)],
  );
  const [found] = await at.json("anomalies", "list");
  for (const more of [[], ["--yes"]]) {
    expect(await at.tripline("investigate", found.id, ...more)).toMatchObject({
      code: 2,
      err: expect.stringContaining("recorded scans only"),
    });
  }
});
