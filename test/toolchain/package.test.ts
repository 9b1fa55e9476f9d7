import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { newTempDir } from "../support/temp-dir.ts";
import { PATIENCE_MS } from "../support/patience.ts";

const CHECKOUT = resolve(".");
/** What a build needs; the rest of a checkout may be there or not. */
const SOURCES = ["bench/results", "bin", "config", "docs", "nse-scripts", "rules", "src"];
const FILES = ["package.json", "tsconfig.json", "tsconfig.build.json"];
const TEXTS = ["CHANGELOG.md", "SECURITY.md", "LICENSE", "README.md"];

const lockShape = z.object({ packages: z.record(z.string(), z.object({ dev: z.boolean().optional() })) });
const packedShape = z.array(z.object({ filename: z.string(), files: z.array(z.object({ path: z.string() })) }));

describe("the npm package", () => {
  const home = newTempDir();
  let files: readonly string[];
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  // Packed from a copy: a half-built dist/ in the checkout would be taken by every program that starts meanwhile.
  beforeAll(() => {
    const copy = join(home, "checkout");
    for (const name of [...SOURCES, ...FILES, ...TEXTS])
      cpSync(join(CHECKOUT, name), join(copy, name), { recursive: true });
    symlinkSync(join(CHECKOUT, "node_modules"), join(copy, "node_modules"));
    const packed = execute("npm", ["pack", "--json", "--offline", "--pack-destination", home], copy);
    expect(packed.stderr).not.toContain("npm error");
    const [tarball] = packedShape.parse(JSON.parse(packed.stdout.slice(packed.stdout.indexOf("["))));
    if (tarball === undefined) throw new Error(`nothing was packed: ${packed.stdout}`);
    files = tarball.files.map((file) => file.path);
    install(join(home, tarball.filename), join(home, "app"));
  });

  test("holds the compiled program with what it reads at run time, and no sources, tests or maps of this machine", () => {
    expect(files).toEqual(
      expect.arrayContaining([
        "bin/tripline.cjs",
        "dist/main.js",
        "rules/scoring/default.yaml",
        "nse-scripts/manifest.json",
        "nse-scripts/tripline-banner.nse",
        "config/elasticsearch/core/index/logs-tripline.anomaly.json",
        "docs/reference/codes.md",
        "docs/anomalies/port-opened.md",
        "LICENSE",
        "README.md",
      ]),
    );
    expect(
      files.filter((path) => /^(src|test|scripts|tools)\/|^bench\/(?!results\/)|\.ts$|node_modules/.test(path)),
    ).toEqual([]);
    expect(existsSync(join(home, "checkout", "dist"))).toBe(false);
  });

  test("tells its version", () => {
    const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync("package.json", "utf8")));
    expect(tripline(["--version"])).toMatchObject({ status: 0, stdout: `${version}\n`, stderr: "" });
  });

  test("reads a recorded scan: the scoring rules and the script manifest are where it looks for them", () => {
    const recorded = resolve("test/fixtures/nmap/real/tcp-udp.xml");
    const { status, stdout, stderr } = tripline(["scan", "--from-xml", recorded, "--format", "json"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(JSON.parse(stdout)).toMatchObject({ cycles: [{ completeness: "complete" }], anomalies: [] });
  });

  test.each([["demo"], ["doctor"], ["run"], ["drift"]])("explains %s", (command) => {
    expect(tripline([command, "--help"])).toMatchObject({ status: 0, stdout: expect.stringContaining("Exit codes:") });
  });

  function tripline(args: readonly string[]) {
    return execute(process.execPath, [join("node_modules", ".bin", "tripline"), ...args], join(home, "app"));
  }
});

/** As npm lays it out, without asking a registry: the package itself, beside it its production dependencies and nothing else. */
function install(tarball: string, app: string): void {
  const modules = join(app, "node_modules");
  const own = join(modules, "tripline");
  mkdirSync(own, { recursive: true });
  expect(execute("tar", ["-xzf", tarball, "-C", own, "--strip-components=1"], app)).toMatchObject({ status: 0 });
  const { packages } = lockShape.parse(JSON.parse(readFileSync("package-lock.json", "utf8")));
  const wanted = Object.entries(packages).filter(
    ([path, { dev }]) => /^node_modules\/(@[^/]+\/)?[^/]+$/.test(path) && dev !== true,
  );
  for (const [path] of wanted) {
    mkdirSync(dirname(join(app, path)), { recursive: true });
    if (existsSync(path)) symlinkSync(resolve(path), join(app, path));
  }
  mkdirSync(join(modules, ".bin"));
  symlinkSync(join("..", "tripline", "bin", "tripline.cjs"), join(modules, ".bin", "tripline"));
  expect(readdirSync(modules)).not.toContain("vitest");
}

function execute(program: string, args: readonly string[], cwd: string) {
  return spawnSync(program, args, { cwd, encoding: "utf8", timeout: PATIENCE_MS / 2 });
}
