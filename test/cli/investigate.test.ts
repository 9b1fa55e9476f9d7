import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
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
  onTestFinished(() => second.stop());
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
    const { directory, tripline, id } = await opened();
    const agent = await agentIn(directory);
    const looked = await tripline("investigate", id, "--yes", "--by", "alice");
    expect(looked).toMatchObject({ code: 0, out: expect.stringContaining("Port 4447/tcp is still open") });
    expect(agent.child.exitCode).toBeNull();
    expect((await tripline("explain", id)).out).toContain("by alice: Port 4447/tcp");
  });
});

describeWith(
  installedNmap(),
  "an investigation that proves nothing attaches nothing, says why and how to go on:",
  () => {
    const investigated = async (tripline: Awaited<ReturnType<typeof opened>>["tripline"], id: string) =>
      JSON.parse((await tripline("explain", id, "--json")).out).investigation ?? null;

    /** From now on this is what the configuration takes for nmap. */
    function nmapIs(directory: string, script: string): void {
      const program = join(directory, "nmap");
      writeFileSync(program, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
      writeFileSync(join(directory, "tripline.yaml"), `${CONFIG}nmap: { path: ${program} }\n`);
    }

    it.each([
      ["ends with an error", "echo QUITTING! >&2; exit 1"],
      ["is killed", "kill -KILL $$"],
      ["writes nothing and says that all is well", "exit 0"],
    ])("an nmap that %s (TL485)", async (_, script) => {
      const { directory, tripline, id } = await opened();
      nmapIs(directory, script);
      const looked = await tripline("investigate", id, "--yes");
      expect(looked).toMatchObject({ code: 3, out: "" });
      expect(looked.err).toMatch(
        new RegExp(`the look at ${HOST} proves nothing: nmap did not finish \\(TL485\\)[^]*effect[^]*fix`),
      );
      expect(await investigated(tripline, id)).toBeNull();
    });

    it("a person who interrupts it (TL483)", async () => {
      const { directory, tripline, id } = await opened();
      const begun = join(directory, "begun");
      nmapIs(directory, `echo $$ > ${begun}; trap '' TERM; while :; do sleep 0.1; done`);
      const stop = new AbortController();
      const looking = run(["investigate", id, "--yes", "-c", "tripline.yaml"], directory, stop.signal);
      await vi.waitUntil(() => existsSync(begun), { timeout: 200_000 });
      stop.abort();
      const looked = await looking;
      expect(looked).toMatchObject({ code: 130, out: "" });
      expect(looked.err).toMatch(/not completely looked at \(TL483\)[^]*effect[^]*fix +Repeat the command/);
      expect(await investigated(tripline, id)).toBeNull();
    });

    it("an agent that is stopped while it looks (TL483)", async () => {
      const { directory, tripline, id } = await opened();
      const begun = join(directory, "begun");
      // The scans of the agent itself are real ones; only what follows hangs.
      nmapIs(directory, `[ -e ${directory}/hang ] || exec nmap "$@"\necho $$ > ${begun}; exec sleep 600`);
      const agent = await agentIn(directory);
      writeFileSync(join(directory, "hang"), "");
      const looking = tripline("investigate", id, "--yes");
      await vi.waitUntil(() => existsSync(begun), { timeout: 200_000 });
      agent.child.kill("SIGTERM");
      const looked = await looking;
      expect(looked).toMatchObject({ code: 130, out: "" });
      expect(looked.err).toContain("(TL483)");
      await vi.waitUntil(() => agent.child.exitCode !== null, { timeout: 200_000 });
      expect(await investigated(tripline, id)).toBeNull();
    });

    it("an anomaly of several hosts at once (TL480), which names one of them", async () => {
      const hosts = [1, 2, 3, 4, 5, 6].map((n) => `127.0.85.${n}`);
      const directory = directoryWith({ "tripline.yaml": CONFIG.replace(`[${HOST}]`, JSON.stringify(hosts)) });
      const tripline = (...words: readonly string[]) => run([...words, "-c", "tripline.yaml"], directory);
      await tripline("scan");
      const listeners = await Promise.all(hosts.map((one) => startListener(one, 4446, { banner: "hello\r\n" })));
      onTestFinished(async () => void (await Promise.all(listeners.map((one) => one.stop()))));
      await tripline("scan");
      const all = JSON.parse((await tripline("anomalies", "list", "--json")).out) as readonly {
        readonly id: string;
        readonly host: unknown;
      }[];
      const group = all.find((one) => one.host === null);
      for (const more of [[], ["--yes"]]) {
        const asked = await tripline("investigate", group?.id ?? "none", ...more);
        expect(asked).toMatchObject({ code: 2, out: "" });
        expect(asked.err).toMatch(/concerns 6 hosts, and one host is investigated at a time \(TL480\)/);
        expect(asked.err).toContain("tripline scan --profile deep --target 127.0.85.1");
      }
    });
  },
);

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
