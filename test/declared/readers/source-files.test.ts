import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { filesOf, readText } from "../../../src/declared/readers/source-files.ts";
import { tempDir } from "../../support/temp-dir.ts";

function place(...files: readonly string[]): string {
  const directory = tempDir();
  mkdirSync(join(directory, "deep"));
  for (const file of files) writeFileSync(join(directory, file), `text of ${file}`);
  return directory;
}

describe("the files of a pattern", () => {
  it.each<[string, readonly string[]]>([
    ["b.csv", ["b.csv"]],
    ["gone.csv", ["gone.csv"]],
    ["*.csv", ["a.csv", "b.csv"]],
    ["?.csv", ["a.csv", "b.csv"]],
    ["[a].csv", ["a.csv"]],
    ["{b,c}.*", ["b.csv", "c.yaml"]],
    ["**/*.yaml", ["c.yaml", "deep/d.yaml"]],
    ["*.gone", ["*.gone"]],
  ])("%s", async (pattern, expected) => {
    const directory = place("b.csv", "a.csv", "c.yaml", "deep/d.yaml");
    expect(await filesOf({ pattern, directory })).toEqual(expected);
  });
});

describe("the text of a file", () => {
  it("is read from beside the configuration, or from where the operator names it", async () => {
    const directory = place("a.csv", "deep/d.yaml");
    const read = async (pattern: string) => readText({ pattern, directory: join(directory, "deep") }, pattern);
    expect(await read("d.yaml")).toMatchObject({ body: "text of deep/d.yaml" });
    expect(await read("../a.csv")).toMatchObject({ body: "text of a.csv" });
    expect(await read(join(directory, "a.csv"))).toMatchObject({ body: "text of a.csv" });
  });

  it("a pattern never leads out of its directory", async () => {
    const directory = place("a.csv");
    const out = await readText({ pattern: "../*.csv", directory: join(directory, "deep") }, "../a.csv");
    expect(out).toEqual({ why: expect.stringContaining("leads out") });
  });

  it("a name that only begins with two dots does not lead out", async () => {
    const directory = place("..a.csv");
    expect(await readText({ pattern: "..*.csv", directory }, "..a.csv")).toMatchObject({ body: "text of ..a.csv" });
  });

  it.each<[string, (directory: string) => string, string]>([
    ["is gone", () => "gone.csv", "ENOENT"],
    ["is a directory", () => "deep", "EISDIR"],
    ["lies under a file", () => "a.csv/b.csv", "ENOTDIR"],
    [
      "points at itself",
      (directory) => {
        symlinkSync("loop.csv", join(directory, "loop.csv"));
        return "loop.csv";
      },
      "ELOOP",
    ],
  ])("what %s is told by its code", async (_, make, code) => {
    const directory = place("a.csv");
    const file = make(directory);
    expect(await readText({ pattern: file, directory }, file)).toEqual({ why: expect.stringContaining(code) });
  });

  it("keeps every character, and a byte order mark is none of them", async () => {
    const directory = tempDir();
    writeFileSync(join(directory, "a.csv"), "\ufeffhöst,пор\r\n");
    expect(await readText({ pattern: "a.csv", directory }, "a.csv")).toMatchObject({ body: "höst,пор\r\n" });
  });
});
