import { appendFileSync, cpSync, readFileSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { checkScripts, readManifest } from "../../../src/scan/nmap/manifest.ts";
import { tempDir } from "../../support/temp-dir.ts";

function pack(): string {
  const copy = path.join(tempDir(), "nse");
  cpSync("nse-scripts", copy, { recursive: true });
  return copy;
}

function check(nseDir: string, ids = ["tripline-banner"], nmapDataDir: string | null = null) {
  return checkScripts(ids, { nseDir, nmapDataDir });
}

test("an untouched script is accepted by absolute path with its hash", () => {
  const nseDir = pack();
  const result = check(nseDir);
  expect(result).toMatchObject({ rejected: [], directoryProblem: null });
  expect(result.accepted[0]).toMatchObject({ id: "tripline-banner", path: path.join(nseDir, "tripline-banner.nse") });
  expect(result.accepted[0]?.sha256).toMatch(/^[0-9a-f]{64}$/);
});

describe("a script that does not run", () => {
  test.each<[string, (nseDir: string) => void, RegExp]>([
    ["changed", (dir) => appendFileSync(path.join(dir, "tripline-banner.nse"), "-- x"), /SHA-256 is/],
    [
      "a link to a file with the right content",
      (dir) => {
        renameSync(path.join(dir, "tripline-banner.nse"), path.join(dir, "other"));
        symlinkSync("other", path.join(dir, "tripline-banner.nse"));
      },
      /not a regular file/,
    ],
    ["gone", (dir) => renameSync(path.join(dir, "tripline-banner.nse"), path.join(dir, "other")), /ENOENT/],
    ["of a forbidden category", (dir) => edit(dir, '"safe"', '"brute"'), /category brute never runs/],
  ])("%s", (_, change, reason) => {
    const nseDir = pack();
    change(nseDir);
    const result = check(nseDir);
    expect(result.accepted).toEqual([]);
    expect(result.rejected[0]?.reason).toMatch(reason);
  });

  test.each(["../../etc/passwd", "banner", "default", "*"])("an id outside the manifest: %s", (id) => {
    expect(check(pack(), [id]).rejected).toEqual([{ id, reason: "not in the manifest" }]);
  });

  test("one of nmap's when nmap's files were not found", () => {
    expect(check(pack(), ["ssl-cert"]).rejected[0]?.reason).toContain("nmap's own scripts were not found");
  });
});

describe("a data directory with which nmap is not started, because it would load what nobody checked", () => {
  test.each<[string, (nseDir: string) => void]>([
    ["the allow-list is gone", (dir) => renameSync(path.join(dir, "scripts/script.db"), path.join(dir, "x"))],
    ["the allow-list was changed", (dir) => appendFileSync(path.join(dir, "scripts/script.db"), "\n")],
    ["the library was changed", (dir) => appendFileSync(path.join(dir, "nselib/tripline.lua"), "\n")],
    ["the manifest is no JSON", (dir) => writeFileSync(path.join(dir, "manifest.json"), "{")],
    ["the manifest has an unknown key", (dir) => edit(dir, '"files"', '"filez"')],
  ])("%s", (_, change) => {
    const nseDir = pack();
    change(nseDir);
    expect(check(nseDir).directoryProblem).toContain(nseDir);
  });

  test("the directory is not there", () => {
    expect(readManifest("/no/such/dir")).toMatchObject({ ok: false });
    expect(check("/no/such/dir").directoryProblem).toContain("/no/such/dir");
  });
});

function edit(nseDir: string, from: string, to: string): void {
  const file = path.join(nseDir, "manifest.json");
  writeFileSync(file, readFileSync(file, "utf8").replace(from, to));
}
