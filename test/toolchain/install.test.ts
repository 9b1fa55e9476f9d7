import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { allPages } from "../support/markdown.ts";
import { newTempDir, removeChecked, tempDir } from "../support/temp-dir.ts";

const MINUTE = 60_000;
const RECORDED = resolve("test/fixtures/nmap/real/tcp-udp.xml");
/** As on a clean Debian: no checkout, no Node.js of ours. */
const BARE_PATH = "/usr/bin:/bin";
const isRoot = process.getuid?.() === 0;
const UNKNOWN_UID = 64_999;

describe("make install", () => {
  const prefix = join(newTempDir(), "opt with a blank");
  const command = join(prefix, "bin", "tripline");
  const home = join(prefix, "lib", "tripline");

  beforeAll(() => {
    expect(installer([], { PREFIX: prefix })).toMatchObject({ status: 0, stderr: "" });
  }, 5 * MINUTE);
  afterAll(() => removeChecked(join(prefix, "..")));

  test("makes tripline a command, from any folder and without the checkout on PATH", () => {
    const { version } = JSON.parse(readFileSync("package.json", "utf8"));
    expect(tripline(["--version"])).toMatchObject({ status: 0, stdout: `${version}\n`, stderr: "" });
    expect(tripline(["config", "keys", "segment"]).stdout).toContain("name of this network segment");
  });

  test("reads a recorded scan, and doctor looks at the machine", () => {
    const scanned = tripline(["scan", "--from-xml", RECORDED, "--format", "json"]);
    expect({ status: scanned.status, stderr: scanned.stderr }).toEqual({ status: 0, stderr: "" });
    expect(JSON.parse(scanned.stdout)).toMatchObject({ cycles: [{ completeness: "complete" }] });
    const checked = tripline(["doctor", "--json"], configured());
    expect(JSON.parse(checked.stdout).map((check: { name: string }) => check.name)).toContain("home");
    expect(checked.stderr).toBe("");
  });

  test("tells what codes and events mean, and where their other pages lie", () => {
    const code = tripline(["doctor", "--explain", "TL102"]);
    expect(code).toMatchObject({ status: 0, stdout: expect.stringContaining("raw sockets are not allowed") });
    const named =
      /\S*\/docs\/operations\/container\.md/.exec(code.stdout.replaceAll(/\s+/g, " ").replaceAll(prefix, ""))?.[0] ??
      "none";
    expect(existsSync(join(prefix, named.replace(/^\(/, "")))).toBe(true);
    expect(tripline(["doctor", "--explain", "port-opened"]).stdout).toContain("## Check first");
  });

  test("runs by a link to it, as an alternatives system makes", () => {
    const link = join(tempDir(), "tl");
    symlinkSync(command, link);
    expect(execute(link, ["--version"], { PATH: BARE_PATH }).status).toBe(0);
  });

  test("holds the pages, and nothing that others could change", () => {
    for (const page of allPages().filter((path) => path.startsWith("docs/")))
      expect(existsSync(join(home, page))).toBe(true);
    for (const path of ["bin/node", "dist/main.js", "nse-scripts/manifest.json", "node_modules/zod/package.json"])
      expect(statSync(join(home, path)).mode & 0o022, path).toBe(0);
    expect(existsSync(join(home, "node_modules", "vitest"))).toBe(false);
    expect(existsSync(`${home}.new`) || existsSync(`${home}.old`)).toBe(false);
  });

  test("puts a unit in its place that starts this command", () => {
    const unit = join(prefix, "lib/systemd/system/tripline.service");
    const [program] = /^ExecStart="?([^"\n]*?)"? run /m.exec(readFileSync(unit, "utf8"))?.slice(1) ?? [];
    expect(program).toBe(command);
    const verify = spawnSync("systemd-analyze", ["verify", unit], { encoding: "utf8" });
    if (verify.error === undefined)
      expect(verify.stderr.split("\n").filter((line) => line.includes("tripline"))).toEqual([]);
  });

  test.runIf(isRoot)("lets doctor run for a user whom the password database does not know", () => {
    const directory = configured();
    chmodSync(directory, 0o755);
    chmodSync(join(prefix, ".."), 0o755);
    const { status, stdout, stderr } = spawnSync(command, ["doctor", "--state", join(directory, "none")], {
      cwd: directory,
      env: { PATH: BARE_PATH },
      uid: UNKNOWN_UID,
      encoding: "utf8",
    });
    expect(stderr).toBe("");
    expect(stdout).toContain("home: this user has none");
    expect([0, 3]).toContain(status);
  });

  test("uninstall takes away all of it and nothing else; a second one says that there is nothing", () => {
    const copy = join(tempDir(), "copy");
    cpSync(prefix, copy, { recursive: true });
    writeFileSync(join(copy, "bin", "other"), "");
    expect(installer(["--remove"], { PREFIX: copy })).toMatchObject({ status: 0, stderr: "" });
    expect(existsSync(join(copy, "bin", "tripline"))).toBe(false);
    expect(existsSync(join(copy, "lib", "tripline"))).toBe(false);
    expect(existsSync(join(copy, "lib/systemd/system/tripline.service"))).toBe(false);
    expect(existsSync(join(copy, "bin", "other"))).toBe(true);
    expect(installer(["--remove"], { PREFIX: copy })).toMatchObject({
      status: 73,
      stderr: expect.stringContaining("there is no installation"),
    });
  });

  function tripline(args: readonly string[], cwd = tempDir()) {
    return execute(command, args, { PATH: BARE_PATH, HOME: "/nonexistent" }, cwd);
  }
});

describe("make install refuses", () => {
  test("to replace a tripline that it did not install", () => {
    const prefix = tempDir();
    mkdirSync(join(prefix, "bin"));
    writeFileSync(join(prefix, "bin", "tripline"), "somebody else's");
    for (const args of [[], ["--remove"]]) {
      const { status, stderr } = installer(args, { PREFIX: prefix });
      expect(status).toBe(73);
      expect(stderr).toContain("was not installed by this script. Nothing was changed.");
    }
    expect(readFileSync(join(prefix, "bin", "tripline"), "utf8")).toBe("somebody else's");
  });

  test("a folder that this user may not write, with the fix", () => {
    const prefix = tempDir();
    chmodSync(prefix, 0o555);
    // Root that must keep to the mode of its own directory; another user might not even be let into the checkout.
    const bound = isRoot ? ["setpriv", "--bounding-set=-dac_override"] : [];
    const [command, ...args] = [...bound, process.execPath, resolve("scripts/install.ts")];
    const env = { PATH: process.env["PATH"] ?? "", PREFIX: prefix };
    const refused = spawnSync(command, args, { env, encoding: "utf8" });
    expect(refused.status).toBe(73);
    expect(refused.stderr).toContain("cannot be written (EACCES)");
    expect(refused.stderr).toContain("Fix: sudo make install");
  });

  test.each(["relative/path", "", 'a"b', "/with\nnewline"])("the prefix %j", (prefix) => {
    expect(installer([], { PREFIX: prefix })).toMatchObject({ status: 73, stdout: "" });
  });
});

test("make hands PREFIX and DESTDIR to the installer", () => {
  const { stdout } = spawnSync("make", ["-n", "install", "PREFIX=/opt/x", "DESTDIR=/tmp/tree"], { encoding: "utf8" });
  expect(stdout).toContain("PREFIX='/opt/x' DESTDIR='/tmp/tree' node scripts/install.ts");
});

function configured(): string {
  const directory = tempDir();
  writeFileSync(join(directory, "tripline.yaml"), "segment: here\ntargets: [127.0.0.1]\nports: [22]\n");
  return directory;
}

function installer(args: readonly string[], env: Readonly<Record<string, string>>) {
  return execute(process.execPath, [resolve("scripts/install.ts"), ...args], {
    PATH: process.env["PATH"] ?? "",
    ...env,
  });
}

function execute(program: string, args: readonly string[], env: Readonly<Record<string, string>>, cwd = "/") {
  return spawnSync(program, args, { cwd, env, encoding: "utf8", timeout: 4 * MINUTE });
}
