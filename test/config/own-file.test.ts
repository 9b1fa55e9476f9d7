import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readOwnFile } from "../../src/config/own-file.ts";
import { tempDir } from "../support/temp-dir.ts";

function fileOf(size: number): string {
  const path = join(tempDir(), "file");
  writeFileSync(path, "é".repeat(size / 2), { mode: 0o600 });
  return path;
}

describe("a file that decides what the program does", () => {
  it.each([0, 2, 65_536, 65_540, 4 * 1024 * 1024])("of %i bytes is read whole", (size) => {
    const read = readOwnFile(fileOf(size), "any");
    expect(read.ok && read.value.text === "é".repeat(size / 2)).toBe(true);
  });

  it.each([4 * 1024 * 1024 + 2, 100_000_000])("of %i bytes is refused at once, not read", (size) => {
    const read = readOwnFile(fileOf(size), "any");
    expect(read.ok ? null : read.error).toMatchObject({ open: null, code: "larger than 4 MiB" });
  });
});
