import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { installedNmap } from "../nse/nmap.ts";
import { describeWith } from "../support/availability.ts";
import { givingAway, ownMounts, STRANGER } from "../support/file-owners.ts";
import { directoryWith, run } from "./command-line.ts";
import { follow } from "./follow.ts";

const BIN = resolve("bin/tripline.cjs");
const CONFIG = "segment: office\ntargets: [127.0.33.1]\nports: [9]\nos_detection: false\n";
/** An nmap that leaves a mark, whatever it is asked. */
const MARKING = '#!/bin/sh\ntouch "$(dirname "$0")/was-started"\n';

function configured(more = ""): string {
  return directoryWith({ "tripline.yaml": `${CONFIG}${more}` });
}

const COMMANDS = ["scan", "run --no-web", "doctor", "status", "config validate", "config show", "scan --dry-run"];

describe("a configuration that everybody may write", () => {
  it.each(COMMANDS)("is not used by %s, named or not: 78 with what, effect and fix", async (command) => {
    const directory = configured();
    chmodSync(join(directory, "tripline.yaml"), 0o666);
    for (const named of [[], ["-c", "tripline.yaml"]]) {
      const { code, out, err } = await run([...command.split(" "), ...named], directory);
      expect({ code, out }).toEqual({ code: 78, out: "" });
      expect(err).toContain("tripline.yaml is not used: it can be written by everybody (mode 0666) (TL160)");
      expect(err).toMatch(/effect {2}Nothing was started.*\n {2}fix {5}chmod o-w .*tripline\.yaml\n.*--explain TL160/);
    }
    expect(existsSync(join(directory, ".tripline"))).toBe(false);
  });

  it("is told as a problem in JSON", async () => {
    const directory = configured();
    chmodSync(join(directory, "tripline.yaml"), 0o602);
    const { out } = await run(["config", "validate", "--json"], directory);
    expect(JSON.parse(out)).toMatchObject({ valid: false, errors: [{ message: expect.stringContaining("TL160") }] });
  });

  it("is found behind a link, and in a directory where everybody may put another one", async () => {
    const directory = configured();
    mkdirSync(join(directory, "shared"));
    writeFileSync(join(directory, "shared", "real.yaml"), CONFIG);
    chmodSync(join(directory, "shared"), 0o777);
    symlinkSync("shared/real.yaml", join(directory, "link.yaml"));
    const { code, err } = await run(["config", "validate", "-c", "link.yaml"], directory);
    expect(code).toBe(78);
    expect(err).toMatch(/it is reached through \S+shared, which can be written by everybody \(mode 0777\) \(TL160\)/);
    chmodSync(join(directory, "shared"), 0o1777);
    expect(await run(["config", "validate", "-c", "link.yaml"], directory)).toMatchObject({ code: 0 });
  });
});

describe("a configuration that nobody else may write", () => {
  it.each([0o600, 0o640, 0o644, 0o664])("is used: mode %o", async (mode) => {
    const directory = configured();
    chmodSync(join(directory, "tripline.yaml"), mode);
    expect(await run(["config", "validate"], directory)).toMatchObject({ code: 0 });
  });
});

describeWith(givingAway(), "a configuration of another user", () => {
  it.each(COMMANDS)("that merely lies here is not used by %s: 78, and how to use it all the same", async (command) => {
    const directory = configured();
    chownSync(join(directory, "tripline.yaml"), STRANGER, STRANGER);
    const { code, err } = await run(command.split(" "), directory);
    expect(code).toBe(78);
    expect(err).toContain(
      `tripline.yaml is not used: it belongs to uid ${STRANGER}, and it was not named with -c (TL161)`,
    );
    expect(err).toMatch(/effect {2}Nothing was started: .*\n {2}fix {5}If you trust its owner.*-c \.\/tripline\.yaml/);
  });

  it("is used when -c or TRIPLINE_CONFIG names it", async () => {
    const directory = configured();
    chownSync(directory, STRANGER, STRANGER);
    chownSync(join(directory, "tripline.yaml"), STRANGER, STRANGER);
    expect(await run(["config", "validate", "-c", "./tripline.yaml"], directory)).toMatchObject({ code: 0 });
    expect(await started(["config", "validate"], directory, { TRIPLINE_CONFIG: "tripline.yaml" })).toMatchObject({
      code: 0,
    });
    expect(await started(["config", "validate"], directory)).toMatchObject({ code: 78 });
  });

  it("is not trusted for lying behind a link of root's, or for being root's in a directory of his", async () => {
    const directory = configured();
    const theirs = join(directory, "theirs");
    mkdirSync(theirs);
    writeFileSync(join(theirs, "tripline.yaml"), CONFIG);
    chownSync(theirs, STRANGER, STRANGER);
    const { code, err } = await run(["config", "validate"], theirs);
    expect(code).toBe(78);
    expect(err).toContain(
      `it is reached through ${theirs}, which belongs to uid ${STRANGER}, and it was not named with -c (TL161)`,
    );
  });

  it("may name programs of its owner, and of nobody else", async () => {
    const directory = directoryWith({ nmap: MARKING });
    writeFileSync(join(directory, "tripline.yaml"), `${CONFIG}nmap: { path: ${join(directory, "nmap")} }\n`);
    chownSync(join(directory, "nmap"), STRANGER, STRANGER);
    const refused = await run(["scan", "-c", "tripline.yaml"], directory);
    expect(refused).toMatchObject({ code: 78, err: expect.stringContaining(`belongs to uid ${STRANGER} (TL162)`) });
    expect(existsSync(join(directory, "was-started"))).toBe(false);
    chownSync(join(directory, "tripline.yaml"), STRANGER, STRANGER);
    await run(["scan", "-c", "tripline.yaml"], directory);
    expect(existsSync(join(directory, "was-started"))).toBe(true);
  });
});

describeWith(ownMounts(), "a configuration in a directory that everybody may write", () => {
  it("is used where that is mounted read-only, as Kubernetes does it", async () => {
    const directory = configured();
    const script = [
      "set -e",
      "mount -t tmpfs -o mode=0777 tmpfs .",
      'cd "$PWD"',
      `printf 'segment: a\\ntargets: [10.0.0.0/24]\\n' > tripline.yaml`,
      `"$0" "$1" config validate -c "$PWD/tripline.yaml" && exit 9`,
      'cd / && mount -o remount,ro "$OLDPWD"',
      'exec "$0" "$1" config validate -c "$OLDPWD/tripline.yaml"',
    ].join("\n");
    const child = spawn("unshare", ["--mount", "sh", "-c", script, process.execPath, BIN], { cwd: directory });
    let err = "";
    child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
    const [code] = await once(child, "close");
    expect({ code, err }).toMatchObject({ code: 0, err: expect.stringMatching(/TL160/) });
  });
});

describe("an nmap that everybody may write", () => {
  it.each(["scan", "run --no-web --once", "scan --dry-run"])("is never started by %s: 78", async (command) => {
    const directory = withNmap();
    chmodSync(join(directory, "nmap"), 0o777);
    const { code, err } = await run([...command.split(" "), "-c", "tripline.yaml"], directory);
    expect(code).toBe(78);
    expect(err).toContain(`${join(directory, "nmap")} can be written by everybody (mode 0777) (TL162)`);
    expect(err).toMatch(/effect {2}Nothing was scanned.*\n {2}fix {5}chmod o-w /);
    expect(existsSync(join(directory, "was-started"))).toBe(false);
  });

  it("is not even asked for its version by doctor", async () => {
    const directory = withNmap();
    chmodSync(join(directory, "nmap"), 0o777);
    const { code, out } = await run(["doctor", "-c", "tripline.yaml"], directory);
    expect(code).toBe(3);
    expect(out).toMatch(/fail {2}nmap: the program \S+nmap can be written by everybody \(mode 0777\) {2}TL162/);
    expect(existsSync(join(directory, "was-started"))).toBe(false);
  });

  it("may not lie in a directory that everybody may write either", async () => {
    const directory = withNmap();
    chmodSync(directory, 0o777);
    const safe = directoryWith({ "tripline.yaml": `${CONFIG}nmap: { path: ${join(directory, "nmap")} }\n` });
    const { code, err } = await run(["scan", "-c", "tripline.yaml"], safe);
    expect(code).toBe(78);
    expect(err).toContain(`is reached through ${directory}, which can be written by everybody (mode 0777) (TL162)`);
  });

  /** Its data would be found beside it. */
  it("and an nmap whose Lua library everybody may write is not started", async () => {
    const directory = directoryWith({
      "bin/nmap": MARKING,
      "share/nmap/nmap-services": "",
      "share/nmap/nselib/x.lua": "",
    });
    writeFileSync(join(directory, "tripline.yaml"), `${CONFIG}nmap: { path: ${join(directory, "bin/nmap")} }\n`);
    chmodSync(join(directory, "share/nmap/nselib/x.lua"), 0o666);
    const { code, err } = await run(["scan", "-c", "tripline.yaml"], directory);
    expect(code).toBe(78);
    expect(err).toMatch(/nmap's data \S+share\/nmap: \S+nselib\/x\.lua can be written by everybody .*\(TL163\)/);
    expect(existsSync(join(directory, "bin", "was-started"))).toBe(false);
  });
});

function withNmap(): string {
  const directory = directoryWith({ nmap: MARKING });
  writeFileSync(join(directory, "tripline.yaml"), `${CONFIG}nmap: { path: ${join(directory, "nmap")} }\n`);
  return directory;
}

describe("a file that the configuration names", () => {
  const output = (more: string) => `outputs: { elasticsearch: { url: "https://127.0.0.1:1", ${more} } }\n`;

  it("a secret that others may write is refused with 77 and its place", async () => {
    const directory = configured(output('api_key: "${file:./shared/key}"'));
    mkdirSync(join(directory, "shared"));
    writeFileSync(join(directory, "shared", "key"), "k", { mode: 0o600 });
    chmodSync(join(directory, "shared"), 0o777);
    const { code, err } = await run(["config", "validate"], directory);
    expect(code).toBe(77);
    expect(err).toMatch(
      /tripline\.yaml:5:.*secret file \S+key is reached through \S+shared, which can be written by everybody/,
    );
  });

  it("a certificate that others may write proves nothing: 78 with its place", async () => {
    const directory = configured(output("ca_file: ./ca.pem"));
    writeFileSync(join(directory, "ca.pem"), "");
    chmodSync(join(directory, "ca.pem"), 0o666);
    const { code, err } = await run(["config", "validate"], directory);
    expect(code).toBe(78);
    expect(err).toMatch(/tripline\.yaml:5:.*ca_file: can be written by everybody \(mode 0666\); run chmod o-w /);
  });
});

describeWith(installedNmap(), "doctor", () => {
  it("says whose the configuration and the scripts are", async () => {
    const { out } = await run(["doctor"], configured());
    expect(out).toMatch(/ok {4}file: tripline\.yaml belongs to .*; others cannot write to it/);
    expect(out).toMatch(/script owner: /);
  });
});

describeWith(installedNmap(), "a running agent", () => {
  it("looks again at SIGHUP, and goes on with the former configuration when others may write the new one", async () => {
    const directory = configured('web: { listen: "127.0.0.1:0" }\n');
    const file = join(directory, "tripline.yaml");
    const agent = spawn(process.execPath, [BIN, "run", "--no-web", "-c", file], { cwd: directory });
    onTestFinished(() => void agent.kill("SIGKILL"));
    const said = follow(agent);
    await said.until("cycle finished");
    chmodSync(file, 0o666);
    agent.kill("SIGHUP");
    await said.until("configuration rejected; the previous one stays in effect");
    expect(said.text()).toMatch(
      /tripline\.yaml:1:1 {2}can be written by everybody \(mode 0666\) \(TL160\) \(chmod o-w /,
    );
    const status = await run(["status", "-c", file], directory);
    expect(status).toMatchObject({ code: 78 });
    chmodSync(file, 0o644);
    expect((await run(["status", "-c", file], directory)).out).toMatch(/configuration +rejected .*TL160/);
    agent.kill("SIGTERM");
    await once(agent, "close");
  }, 120_000);
});

/** The program as a process: only that has an environment of its own. */
async function started(args: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [BIN, ...args], { cwd, env: { PATH: process.env["PATH"] ?? "", ...env } });
  child.stdout.resume();
  child.stderr.resume();
  const [code] = await once(child, "close");
  return { code };
}
