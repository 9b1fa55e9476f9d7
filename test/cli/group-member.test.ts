import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { installedNmap } from "../nse/nmap.ts";
import { type Available, describeWith, missing } from "../support/availability.ts";
import { isRoot } from "../support/cache.ts";
import { openState } from "../support/runtime.ts";
import { tempDir } from "../support/temp-dir.ts";

const BIN = resolve("bin/tripline.cjs");
const AGENT = { uid: 61_201, gid: 61_201 };
const MEMBER = { uid: 61_202, gid: AGENT.gid };
const STRANGER = { uid: 61_203, gid: 61_203 };
const WHY = ["--reason", "CHG-4711", "--by", "m.analyst"];
const CONFIG = `segment: office
targets: [127.0.83.1]
ports: [4444]
os_detection: false
every: 1h
baseline: { learn: { scans: 1, at_least: 0s } }
`;

type User = typeof AGENT;

/** Two users of one group and a third: only root can be all of them, and they must be able to read this checkout. */
function users(): Available<object> {
  const nmap = installedNmap();
  if (!nmap.ok) return nmap;
  if (!isRoot()) return missing("users of a group can only be played by root", "run the tests as root");
  const read = spawnSync(process.execPath, [BIN, "--version"], { ...MEMBER, cwd: "/" });
  if (read.status === 0) return { ok: true };
  return missing("other users cannot read this checkout", "put it where every user may read it");
}

interface Installation {
  readonly state: string;
  readonly runtime: string;
  readonly as: (user: User, ...words: readonly string[]) => { readonly code: number | null; readonly said: string };
}

/** As the unit that ships makes it: a state of the agent alone, a runtime directory of its group, a readable configuration. */
async function installed(): Promise<Installation> {
  const place = tempDir();
  chmodSync(place, 0o755);
  const [state, runtime, config] = [join(place, "state"), join(place, "run"), join(place, "tripline.yaml")];
  writeFileSync(config, CONFIG, { mode: 0o644 });
  mkdirSync(state, { mode: 0o700 });
  mkdirSync(runtime);
  chmodSync(runtime, 0o1770);
  for (const path of [state, runtime]) chownSync(path, AGENT.uid, AGENT.gid);
  const where = ["-c", config, "--state", state];
  const env = { PATH: process.env["PATH"], RUNTIME_DIRECTORY: runtime };
  const child = spawn(process.execPath, [BIN, "run", "--no-web", ...where], { ...AGENT, env, cwd: "/" });
  const gone = once(child, "exit");
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await gone;
  });
  await new Promise<void>((done, failed) => {
    let log = "";
    child.once("exit", () => failed(new Error(`the agent ended: ${log}`)));
    child.stderr.on("data", (chunk: Buffer) => {
      log += chunk.toString();
      if (log.includes("cycle finished")) done();
    });
  });
  const as: Installation["as"] = (user, ...words) => {
    const ran = spawnSync(process.execPath, [BIN, ...words, ...where], { ...user, env, cwd: "/", encoding: "utf8" });
    return { code: ran.status, said: ran.stdout + ran.stderr };
  };
  return { state, runtime, as };
}

describeWith(users(), "the socket in $RUNTIME_DIRECTORY", () => {
  it("lets a member of the group work with the agent, under the member's own name, and nobody else", async () => {
    const { state, runtime, as } = await installed();
    const socket = statSync(join(runtime, "control.sock"));
    expect([socket.mode & 0o777, socket.uid, socket.gid]).toEqual([0o660, AGENT.uid, AGENT.gid]);
    expect(existsSync(join(state, "control.sock"))).toBe(false);

    const muted = as(MEMBER, "mute", "add", "--host", "127.0.83.1", "--until", "7d", ...WHY);
    expect(muted).toMatchObject({ code: 0, said: expect.stringMatching(/^muted until .* \(mute [a-z2-7]{8}\)\n$/) });
    expect(as(MEMBER, "scan")).toMatchObject({ code: 0, said: expect.stringContaining("no changes") });
    expect(as(MEMBER, "baseline", "learn", ...WHY).code).toBe(0);

    const refused = as(STRANGER, "mute", "add", "--host", "127.0.83.1", "--until", "7d", ...WHY);
    expect(refused).toMatchObject({ code: 77, said: expect.stringMatching(/TL447[^]*effect [^]*fix /) });

    expect(readdirSync(runtime)).toEqual(["control.sock"]);
    const opened = openState(state, "read");
    if (!opened.ok) throw new Error(opened.error.what);
    onTestFinished(() => opened.value.close());
    expect((await opened.value.history.audit(9)).map(({ kind, via, uid }) => [kind, via, uid]).toReversed()).toEqual([
      ["mute-added", "control", MEMBER.uid],
      ["scan-requested", "control", MEMBER.uid],
      ["baseline-reset", "control", MEMBER.uid],
    ]);
  });

  it("does not open the state to a member: what only reads says whose it is", async () => {
    const { as } = await installed();
    expect(as(MEMBER, "anomalies", "list")).toMatchObject({ code: 77, said: expect.stringMatching(/TL40[13]/) });
  });
});
