import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { runCommand } from "../command.ts";
import { tempDir } from "../temp-dir.ts";
import { jarOf } from "./jar.ts";

test("another program reads back what was put in, checksums included", async () => {
  const dir = tempDir();
  const input = path.join(dir, "in");
  mkdirSync(path.join(input, "tripline/test"), { recursive: true });
  writeFileSync(path.join(input, "tripline/test/A.class"), Buffer.from([0xca, 0xfe, 0, 1]));
  writeFileSync(path.join(input, "empty"), "");
  writeFileSync(path.join(dir, "a.jar"), jarOf(input));
  const read =
    "import zipfile; z = zipfile.ZipFile('a.jar'); print(z.testzip(), sorted((i.filename, z.read(i).hex()) for i in z.infolist()))";
  const { output } = await runCommand("python3", ["-c", read], dir);
  expect(output.trim()).toBe("None [('empty', ''), ('tripline/test/A.class', 'cafe0001')]");
});
