import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { sha256Hex } from "../../src/lib/hash.ts";
import { readManifest } from "../../src/scan/nmap/manifest.ts";
import { describeWith } from "../support/availability.ts";
import { tempDir } from "../support/temp-dir.ts";
import { installedNmap, NSE_DIR, runNmap } from "./nmap.ts";

const manifest = readManifest(NSE_DIR);
if (!manifest.ok) throw new Error(manifest.error);
const { scripts, files } = manifest.value;
const own = readdirSync(NSE_DIR).filter((file) => file.endsWith(".nse"));
const hashOf = (file: string) => sha256Hex(readFileSync(path.join(NSE_DIR, file)));

test("every script of ours is in the manifest with its hash: else run `npm run nse:manifest`", () => {
  const listed = scripts.filter((script) => script.source === "tripline");
  expect(listed.map((script) => `${script.id}.nse ${script.sha256}`).sort()).toEqual(
    own.map((f) => `${f} ${hashOf(f)}`).sort(),
  );
});

test("the library and the allow-list are in the manifest with their hashes", () => {
  expect(files.map(({ file, sha256 }) => `${file} ${sha256}`)).toEqual(
    files.map(({ file }) => `${file} ${hashOf(file)}`),
  );
  expect(files.map(({ file }) => file).sort()).toEqual(["nselib/tripline.lua", "scripts/script.db"]);
});

test.each(own)("%s: header, categories and argument names follow the conventions", (file) => {
  const text = readFileSync(path.join(NSE_DIR, file), "utf8");
  const id = file.replace(/\.nse$/, "");
  expect(id).toMatch(/^tripline-[a-z-]+$/);
  for (const tag of ["@usage", "@output", "@xmloutput", "author = ", "license = ", "portrule = "])
    expect(text).toContain(tag);
  expect(/^categories = \{(.*)\}$/m.exec(text)?.[1]).toBe('"discovery", "safe"');
  for (const [, argument] of text.matchAll(/@args (\S+)/g)) expect(argument).toMatch(new RegExp(`^${id}\\.`));
  expect(/^description = \[\[\n(.+)\n\n/m.exec(text)?.[1]).toMatch(/\.$/);
  // These make connections of their own, or look services up by table names.
  expect(text).not.toMatch(/shortport\.(ssl|http)\b/);
  expect(text).not.toMatch(/<const>|<close>/);
});

test("the allow-list of version scripts is the one we decided on", () => {
  const db = readFileSync(path.join(NSE_DIR, "scripts/script.db"), "utf8");
  const names = [...db.matchAll(/filename = "([^"]+)"/g)].map((match) => match[1]);
  expect(names).toEqual(["docker-version.nse", "fingerprint-strings.nse", "http-server-header.nse"]);
});

describeWith(installedNmap(), "with nmap", ({ path: nmap }) => {
  test("all scripts load", async () => {
    expect(await runNmap(nmap, ["--script-help", `${NSE_DIR}/`])).toMatchObject({ exitCode: 0 });
  });

  test("a syntax error is found by the same lint", async () => {
    const copy = path.join(tempDir(), "nse");
    cpSync(NSE_DIR, copy, { recursive: true });
    writeFileSync(path.join(copy, "tripline-broken.nse"), "this is no Lua");
    expect(await runNmap(nmap, ["--datadir", copy, "--script-help", `${copy}/`])).toMatchObject({ exitCode: 1 });
  });

  test("the library's own tests pass inside nmap", async () => {
    const args = ["--script", "unittest", "--script-args", "unittest.run,unittest.tests={tripline}"];
    expect((await runNmap(nmap, args)).stdout).toContain("All tests passed");
  });

  test("version detection loads the allow-list and nothing else", async () => {
    const { stdout } = await runNmap(nmap, ["-v", "-sV", "-n", "-Pn", "-sT", "-p", "1", "--", "127.0.0.1"]);
    expect(stdout).toContain("NSE: Loaded 3 scripts");
  });
});
