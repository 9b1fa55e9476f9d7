import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  cpSync,
  mkdirSync,
  openSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { describeWith, missing } from "../support/availability.ts";
import { nmapXml } from "../support/nmap-xml.ts";
import { smallDisk } from "../support/small-disk.ts";
import { directoryWith, run } from "./command-line.ts";

const BIN = resolve("bin/tripline.cjs");
const XML = nmapXml({ hosts: [{ address: "10.0.0.5", ports: [{ port: 22 }] }] });
const SCAN = ["scan", "--from-xml", "one.xml"];

function place(): string {
  return directoryWith({ "one.xml": XML, "tripline.yaml": "segment: office\ntargets: [10.0.0.0/24]\n" });
}

/** What the program says as another process, which a loop without an end could not take down with the test. */
function asProcess(args: readonly string[], cwd: string) {
  const ran = spawnSync(process.execPath, [BIN, ...args], { cwd, encoding: "utf8" });
  return { code: ran.status, err: ran.stderr };
}

const SENTENCE =
  /^tripline: state directory .* cannot be used: .*\(TL403\)\n {2}effect {2}.*\n {2}fix {5}.*--state DIR/;

describe("a state directory that cannot be made", () => {
  // mkdir of Node.js with `recursive` asks a file system that answers ENOENT again forever, deaf to TERM.
  it.skipIf(process.platform !== "linux").each(["/proc/tripline-state", "/proc/self/fd/deep/state"])(
    "because %s takes no directories: 77 and the reason",
    (state) => {
      const { code, err } = asProcess([...SCAN, "--state", state], place());
      expect([code, err]).toEqual([77, expect.stringMatching(SENTENCE)]);
      expect(err).toContain("(ENOENT)");
    },
  );

  const cases: readonly (readonly [name: string, state: (at: string) => string, reason: string])[] = [
    ["below a device", () => "/dev/null/x", "in the way (EEXIST)"],
    ["which is a device", () => "/dev/null", "in the way (EEXIST)"],
    ["below a file", (at) => join(at, "one.xml", "state"), "one.xml: something that is not a directory is in the way"],
    ["because a file has its name", (at) => join(at, "one.xml"), "something that is not a directory is in the way"],
    ["behind a link to nothing", (at) => linked(at, join(at, "nowhere", "deeper")), "in the way (EEXIST)"],
    ["behind links in a circle", (at) => linked(at, join(at, "link")), "form a loop (ELOOP)"],
    ["with too long a name", (at) => join(at, "x".repeat(300)), "the name is too long (ENAMETOOLONG)"],
    ["with too long a path", (at) => join(at, "x/".repeat(3000)), "the name is too long (ENAMETOOLONG)"],
  ];

  it.each(cases)("%s: 77, the path, the reason and the way out", async (_, state, reason) => {
    const at = place();
    const { code, out, err } = await run([...SCAN, "--state", state(at)], at);
    expect([code, out]).toEqual([77, ""]);
    expect(err).toMatch(SENTENCE);
    expect(err).toContain(reason);
  });
});

function linked(at: string, target: string): string {
  symlinkSync(target, join(at, "link"));
  return join(at, "link");
}

describeWith(await smallDisk(), "a state directory on a volume", ({ mount }) => {
  it("that is read-only: 77 and the reason, new or old", async () => {
    const [at, volume] = [place(), await mount(1_000_000)];
    expect(await run([...SCAN, "--state", join(volume.path, "old")], at)).toMatchObject({ code: 0 });
    await volume.remount("ro");
    for (const name of ["old", "new"]) {
      const { code, err } = await run([...SCAN, "--state", join(volume.path, name)], at);
      expect([name, code, err]).toEqual([name, 77, expect.stringMatching(SENTENCE)]);
      expect(err).toContain("the file system is read-only (EROFS)");
    }
    await volume.remount("rw");
  });

  it("that is full: 78, and the volume is to be made free", async () => {
    const [at, volume] = [place(), await mount(65_536)];
    const file = openSync(join(volume.path, "filler"), "w");
    expect(() => writeFileSync(file, Buffer.alloc(1_000_000))).toThrow(/ENOSPC/);
    closeSync(file);
    const { code, err } = await run([...SCAN, "--state", join(volume.path, "state")], at);
    expect([code, err]).toEqual([78, expect.stringMatching(/\(TL413\)\n {2}effect .*\n {2}fix {5}free space/)]);
  });
});

const NOBODY = 65_534;
const EACH = fileURLToPath(new URL("./support/run-each.ts", import.meta.url));

/** What each of these command lines says to a user without rights. */
function asNobody(lines: readonly (readonly string[])[], cwd: string): readonly { code: number; err: string }[] {
  const options = { cwd, encoding: "utf8" as const, uid: NOBODY, gid: NOBODY };
  const ran = spawnSync(process.execPath, [EACH, JSON.stringify(lines)], options);
  if (ran.status !== 0) throw new Error(ran.stderr);
  return JSON.parse(ran.stdout);
}

function canBeNobody(): boolean {
  const look = ["-e", "require('node:fs').readFileSync(process.argv[1])", EACH];
  return spawnSync(process.execPath, look, { uid: NOBODY, gid: NOBODY, cwd: "/" }).status === 0;
}

const nobody =
  process.getuid?.() === 0 && canBeNobody()
    ? { ok: true as const }
    : missing("only root can become a user without rights", "run as root from a checkout that everybody may read");

describeWith(nobody, "a state that this user may not use", () => {
  const STATUS = ["status", "-c", "tripline.yaml", "--state"];
  const WRITE = [...SCAN, "--state"];
  const cases: readonly (readonly [breaks: (state: string) => string, command: readonly string[]])[] = [
    [(state) => closed(state, ""), STATUS],
    [(state) => closed(state, ""), WRITE],
    [(state) => closed(state, "tripline.db"), STATUS],
    [(state) => closed(state, "tripline.db"), WRITE],
    [(state) => closed(state, "agent.lock"), WRITE],
    [(state) => closed(state, "store.mark"), WRITE],
    [(state) => closed(state, "raw"), WRITE],
  ];

  function closed(state: string, name: string): string {
    chmodSync(join(state, name), name === "raw" ? 0o444 : 0o000);
    return join(state, name);
  }

  it("to look into, to write, or one file of it: 77 with the path, never `there is no store`", async () => {
    const at = place();
    chownSync(at, NOBODY, NOBODY);
    for (const name of ["one.xml", "tripline.yaml"]) chownSync(join(at, name), NOBODY, NOBODY);
    expect(await run([...SCAN, "--state", "kept"], at)).toMatchObject({ code: 0 });
    const broken = cases.map(([breaks], i) => {
      const state = join(at, `state-${i}`);
      cpSync(join(at, "kept"), state, { recursive: true });
      chmodSync(state, 0o700);
      for (const name of ["", ...readdirSync(state)]) chownSync(join(state, name), NOBODY, NOBODY);
      return { state, path: breaks(state) };
    });
    mkdirSync(join(at, "of-root"), { mode: 0o700 });
    const below = [STATUS, WRITE].map((command) => [...command, join(at, "of-root", "state")]);
    const lines = [...broken.map(({ state }, i) => [...(cases[i]?.[1] ?? []), state]), ...below];
    const ran = asNobody(lines, at);
    for (const [i, { code, err }] of ran.entries()) {
      expect([lines[i], code, err]).toEqual([lines[i], 77, expect.stringMatching(SENTENCE)]);
      expect(err).toContain(`${broken[i]?.path ?? join(at, "of-root", "state")}`);
      expect(err).toContain("no permission (EACCES)");
    }
  });
});

it("without a place for temporary files says so: 77 (it was a stack trace)", () => {
  const at = place();
  const env = { ...process.env, TMPDIR: join(at, "nowhere") };
  const ran = spawnSync(process.execPath, [BIN, ...SCAN], { cwd: at, encoding: "utf8", env });
  expect([ran.status, ran.stderr]).toEqual([77, expect.stringMatching(/\(TL417\)\n {2}effect .*\n {2}fix .*TMPDIR/)]);
});

describe("SIGTERM and SIGINT while the program starts", () => {
  it.each(["SIGTERM", "SIGINT"] as const)("end it at once by %s, also when a file holds it", async (signal) => {
    const at = place();
    const pipe = join(at, "pipe.yaml");
    expect(spawnSync("mkfifo", [pipe]).status).toBe(0);
    const child = spawn(process.execPath, [BIN, "run", "-c", pipe], { cwd: at, stdio: "ignore" });
    const gone = once(child, "exit");
    onTestFinished(async () => {
      child.kill("SIGKILL");
      await gone;
    });
    const writer = await readerOf(pipe);
    child.kill(signal);
    expect(await gone).toEqual([null, signal]);
    closeSync(writer);
  });
});

/** A pipe can be opened for writing as soon as somebody reads it; nothing is written, so the reader waits. */
async function readerOf(pipe: string): Promise<number> {
  for (;;) {
    try {
      return openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ENXIO")) throw error;
      await pause(20);
    }
  }
}
