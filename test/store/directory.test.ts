import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { directoryRefusal, fileRefusal, prepareDirectory } from "../../src/store/directory.ts";
import { describeWith } from "../support/availability.ts";
import { smallDisk } from "../support/small-disk.ts";
import { tempDir } from "../support/temp-dir.ts";
import { canBeNobody, givenToNobody, openedAsNobody } from "./support/as-nobody.ts";

const root = process.getuid?.() === 0;
const able = canBeNobody();
const volumes = await smallDisk();

/** A directory with this mode, and with something in it. */
function used(mode: number): string {
  const directory = join(tempDir(), "state");
  mkdirSync(directory);
  writeFileSync(join(directory, "note"), "");
  chmodSync(directory, mode);
  return directory;
}

function modeOf(path: string): number {
  return statSync(path).mode & 0o7777;
}

describe("the modes of a state directory", () => {
  it.each([0o710, 0o701, 0o750, 0o755, 0o770, 0o777, 0o1777, 0o2750])(
    "%o is refused once there is something in it, and left as it is",
    (mode) => {
      const directory = used(mode);
      const prepared = prepareDirectory({ directory });
      expect(prepared).toMatchObject({ ok: false, error: { code: "TL402", exit: 77 } });
      if (!prepared.ok) expect(prepared.error.what).toContain(`mode ${(mode & 0o777).toString(8).padStart(4, "0")}`);
      expect([modeOf(directory), readdirSync(directory)]).toEqual([mode, ["note"]]);
    },
  );

  it.each([0o700, 0o1700, 0o2700])("%o lets nobody else in and is taken", (mode) => {
    const directory = used(mode);
    expect(prepareDirectory({ directory })).toEqual({ ok: true, value: [] });
    expect(modeOf(directory)).toBe(mode);
  });

  it.each([0o710, 0o755, 0o777])("%o is narrowed while nothing is in it", (mode) => {
    const directory = tempDir();
    chmodSync(directory, mode);
    expect(prepareDirectory({ directory }).ok).toBe(true);
    expect(modeOf(directory)).toBe(0o700);
  });

  it("of a link are those of what it leads to, which is never narrowed: it may be somebody else's", () => {
    const place = tempDir();
    const target = join(place, "target");
    const directory = join(place, "state");
    mkdirSync(target);
    chmodSync(target, 0o755);
    symlinkSync(target, directory);
    expect(prepareDirectory({ directory })).toMatchObject({ ok: false, error: { code: "TL402" } });
    expect(modeOf(target)).toBe(0o755);
    chmodSync(target, 0o700);
    expect(prepareDirectory({ directory })).toEqual({ ok: true, value: [] });
    expect(readlinkSync(directory)).toBe(target);
  });

  it("are private for every directory that has to be made, and no other is touched", () => {
    const parent = tempDir();
    chmodSync(parent, 0o755);
    const directory = join(parent, "a", "b", "state");
    expect(prepareDirectory({ directory })).toEqual({ ok: true, value: [] });
    const made = [dirname(dirname(directory)), dirname(directory), directory, join(directory, "work")];
    expect([...made, join(directory, "raw")].map(modeOf)).toEqual([0o700, 0o700, 0o700, 0o700, 0o700]);
    expect(modeOf(parent)).toBe(0o755);
  });

  it("and what is in it are the same after a second look", () => {
    const directory = join(tempDir(), "state");
    for (const _time of [1, 2]) expect(prepareDirectory({ directory })).toEqual({ ok: true, value: [] });
    expect(readdirSync(directory).toSorted()).toEqual(["raw", "work"]);
  });
});

describe("the owner of a state directory", () => {
  it.runIf(root).each([
    ["empty", []],
    ["in use", ["tripline.db"]],
  ])("who is another user keeps it as it is, also for root (%s)", (_, names) => {
    const directory = tempDir();
    for (const name of names) writeFileSync(join(directory, name), "");
    chmodSync(directory, 0o755);
    chownSync(directory, 12_345, 12_345);
    const prepared = prepareDirectory({ directory });
    expect(prepared).toMatchObject({ ok: false, error: { code: "TL401", exit: 77 } });
    if (!prepared.ok) {
      expect(prepared.error.what).toContain("belongs to user 12345, this process runs as user 0");
      expect(prepared.error.fix).toBe(`run as user 12345, or chown -R 0 ${directory}`);
    }
    expect([modeOf(directory), statSync(directory).uid, readdirSync(directory)]).toEqual([0o755, 12_345, names]);
  });

  it.runIf(root)("behind a link counts, not that of the link", () => {
    const place = tempDir();
    const target = join(place, "target");
    mkdirSync(target, { mode: 0o700 });
    chownSync(target, 12_345, 12_345);
    symlinkSync(target, join(place, "state"));
    expect(lstatSync(join(place, "state")).uid).toBe(0);
    expect(prepareDirectory({ directory: join(place, "state") })).toMatchObject({ error: { code: "TL401" } });
  });

  it.skipIf(!able)("alone is enough: any user can have a state of its own", () => {
    const directory = join(tempDir(), "state");
    mkdirSync(directory, { mode: 0o700 });
    givenToNobody(directory);
    expect(openedAsNobody(directory)).toBeNull();
    expect(statSync(join(directory, "tripline.db")).uid).toBe(statSync(directory).uid);
  });
});

describe("what is in the way of a state directory", () => {
  it.each<[string, (path: string) => void]>([
    ["a file", (path) => writeFileSync(path, "")],
    ["a link to nothing", (path) => symlinkSync(join(dirname(path), "nothing"), path)],
    ["a link to itself", (path) => symlinkSync(path, path)],
    ["a file further up", (path) => writeFileSync(path, "")],
  ])("%s is named and stays", (name, make) => {
    const path = join(tempDir(), "state");
    make(path);
    const before = lstatSync(path).ino;
    const directory = name.endsWith("further up") ? join(path, "deep") : path;
    const prepared = prepareDirectory({ directory });
    expect(prepared).toMatchObject({ ok: false, error: { code: "TL403", exit: 77 } });
    if (!prepared.ok) expect(prepared.error.what).toContain(path);
    expect(lstatSync(path).ino).toBe(before);
  });

  it.each(["work", "raw"])("a file where its directory %s should be is refused", (name) => {
    const directory = tempDir();
    writeFileSync(join(directory, name), "");
    expect(prepareDirectory({ directory })).toMatchObject({ ok: false, error: { code: "TL403" } });
  });

  it.runIf(process.platform === "linux")("a file system that takes no directories is a refusal, and soon", () => {
    expect(prepareDirectory({ directory: "/proc/tripline/state" })).toMatchObject({ error: { code: "TL403" } });
  });

  it.skipIf(!able).each([
    ["the directory itself", ""],
    ["its directory for work", "work"],
    ["its directory for raw XML", "raw"],
  ])("%s that its own user may not use is refused, with the path", (_, name) => {
    const directory = join(tempDir(), "state");
    for (const part of ["", "work", "raw"]) mkdirSync(join(directory, part), { mode: 0o700, recursive: true });
    givenToNobody(directory, join(directory, "work"), join(directory, "raw"));
    chmodSync(join(directory, name), 0o000);
    expect(openedAsNobody(directory)).toMatchObject({
      code: "TL403",
      what: expect.stringContaining(join(directory, name)),
    });
    chmodSync(join(directory, name), 0o700);
    expect(openedAsNobody(directory)).toBeNull();
  });
});

describe("a file of the state", () => {
  const PARTS = ["tripline.db", "tripline.db-wal", "tripline.db-shm", "store.mark", "agent.lock", "work/agent.json"];
  const FILES = ["tripline.db", "store.mark", "agent.lock", "work/agent.json"];

  it.skipIf(!able).each(FILES)(
    "%s that its user may not write keeps the state from being opened for writing",
    (name) => {
      const directory = stateOfNobody();
      chmodSync(join(directory, name), 0o400);
      const file = join(directory, name);
      const said = openedAsNobody(directory);
      expect(said).toMatchObject({ code: "TL403", exit: 77, fix: expect.stringContaining(`make ${file} a file`) });
      expect(openedAsNobody(directory, "read")).toBeNull();
      // A reader makes the log of a file that it may not write with the mode of that file.
      for (const part of PARTS.filter((one) => existsSync(join(directory, one))))
        chmodSync(join(directory, part), 0o600);
      expect(openedAsNobody(directory)).toBeNull();
    },
  );

  it.skipIf(!able)("that its user may not even read is refused to readers as well", () => {
    const directory = stateOfNobody();
    chmodSync(join(directory, "tripline.db"), 0o000);
    for (const access of ["read", "write"] as const)
      expect(openedAsNobody(directory, access)).toMatchObject({ code: "TL403", exit: 77 });
  });

  it.each<[string, (path: string) => void, boolean]>([
    ["that is not there yet", () => {}, true],
    ["that is a file", (path) => writeFileSync(path, ""), true],
    ["that is a link to a file", (path) => linked(path), true],
    ["that is a link to nothing", (path) => symlinkSync(`${path}.gone`, path), true],
    ["that is a directory", (path) => mkdirSync(path), false],
    ["that is a link to a directory", (path) => symlinkSync(dirname(path), path), false],
  ])("%s is taken or named: %s", (_, make, usable) => {
    const directory = tempDir();
    make(join(directory, "store.mark"));
    const refusal = fileRefusal(directory, "store.mark", "write");
    expect(refusal?.code ?? null).toBe(usable ? null : "TL403");
    expect(refusal?.what ?? "is not a regular file").toContain("is not a regular file");
  });
});

describe("an error of the system", () => {
  it.each([
    ["ENOSPC", "TL413", 78],
    ["EDQUOT", "TL413", 78],
    ["EACCES", "TL403", 77],
    ["EROFS", "TL403", 77],
    ["EIO", "TL403", 77],
  ])("%s is %s", (code, expected, exit) => {
    const error = Object.assign(new Error(code), { code, syscall: "open" });
    expect(directoryRefusal("/d", error)).toMatchObject({ code: expected, exit });
  });
});

describeWith(volumes, "a volume", ({ mount }) => {
  it("that is read-only is refused, and taken when it can be written again", async () => {
    const volume = await mount(256 * 1024);
    const directory = join(volume.path, "state");
    await volume.remount("ro");
    expect(prepareDirectory({ directory })).toMatchObject({
      error: { code: "TL403", what: expect.stringContaining("read-only") },
    });
    await volume.remount("rw");
    expect(prepareDirectory({ directory })).toEqual({ ok: true, value: [] });
    await volume.remount("ro");
    expect(prepareDirectory({ directory })).toMatchObject({ error: { code: "TL403" } });
    expect(existsSync(join(directory, "work"))).toBe(true);
  });
});

/** A closed state that an ordinary user made. */
function stateOfNobody(): string {
  const directory = join(tempDir(), "state");
  mkdirSync(directory, { mode: 0o700 });
  givenToNobody(directory);
  expect(openedAsNobody(directory)).toBeNull();
  return directory;
}

function linked(path: string): void {
  writeFileSync(`${path}.real`, "");
  symlinkSync(`${path}.real`, path);
}
