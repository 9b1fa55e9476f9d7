import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import { openState } from "../support/runtime.ts";
import { installedNmap } from "../nse/nmap.ts";
import { describeWith } from "../support/availability.ts";
import { tempDir } from "../support/temp-dir.ts";
import { PATIENCE_MS } from "../support/patience.ts";

const BIN = join(import.meta.dirname, "../../bin/tripline.cjs");
const SEGMENT = "resumed";

/** Two shards of 256 addresses each; the made-up nmap stops forever at the second one until the file `go` exists. */
function lab() {
  const directory = tempDir();
  const [asked, stuck, go] = ["asked", "stuck", "go"].map((name) => join(directory, name)) as [string, string, string];
  const nmap = join(directory, "nmap");
  const lines = [
    "#!/bin/sh",
    `echo "$*" >> ${asked}`,
    `case " $* " in *" 127.0.27.1 "*) [ -e ${go} ] || { echo $$ > ${stuck}; exec sleep 600; };; esac`,
    'exec nmap "$@"',
  ];
  writeFileSync(nmap, `${lines.join("\n")}\n`, { mode: 0o755 });
  writeFileSync(
    join(directory, "tripline.yaml"),
    `segment: ${SEGMENT}
targets: [127.0.26.0/24, 127.0.27.0/24]
ports: [8026]
pace: normal
os_detection: false
every: 30m
nmap: { path: ${nmap} }
`,
  );
  return { directory, asked, stuck, go, state: join(directory, ".tripline") };
}

function startAgent(directory: string): ChildProcess {
  const args = [BIN, "run", "--no-web", "-c", join(directory, "tripline.yaml")];
  const agent = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "ignore"] });
  onTestFinished(() => void agent.kill("SIGKILL"));
  return agent;
}

/** The newest cycles, read beside the running agent. */
async function cycles(state: string) {
  const opened = openState(state, "read");
  if (!opened.ok) return [];
  try {
    return await opened.value.history.cycles(SEGMENT, 10);
  } finally {
    opened.value.close();
  }
}

describeWith(installedNmap(), "an agent that is killed between two shards", () => {
  it("goes on with the same cycle when it is started again, and asks nobody twice", async () => {
    const { directory, asked, stuck, go, state } = lab();
    const killed = startAgent(directory);
    await vi.waitUntil(() => existsSync(stuck), { timeout: PATIENCE_MS / 4, interval: 50 });
    const pid = readFileSync(stuck, "utf8").trim();
    killed.kill("SIGKILL");
    await once(killed, "exit");
    // No nmap is left behind that would scan beside the next one.
    await vi.waitUntil(() => !existsSync(`/proc/${pid}/exe`), { timeout: PATIENCE_MS / 4, interval: 50 });
    const [running] = await cycles(state);
    expect(running).toMatchObject({ state: "running", scanNumber: 1 });

    writeFileSync(go, "");
    const agent = startAgent(directory);
    await vi.waitUntil(async () => (await cycles(state))[0]?.state === "done", {
      timeout: PATIENCE_MS / 4,
      interval: 100,
    });
    agent.kill("SIGTERM");
    await once(agent, "exit");

    expect((await cycles(state)).map((cycle) => [cycle.id, cycle.scanNumber])).toEqual([[running?.id, 1]]);
    const plans = readFileSync(asked, "utf8")
      .split("\n")
      .filter((line) => line.includes(" -- "));
    expect(plans.filter((line) => line.includes(" 127.0.26.1 "))).toHaveLength(1);
    expect(plans.filter((line) => line.includes(" 127.0.27.1 "))).toHaveLength(2);
    const [done] = await cycles(state);
    expect(done?.summary).toMatchObject({ completeness: "complete", hosts: { planned: 512, up: 512, unmeasured: 0 } });
  });
});
