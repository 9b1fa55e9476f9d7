import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ProjectFile } from "./violations.ts";

/** The files of the checkout at `root` that the tables of rules.ts speak about. */
export function projectFiles(root = "."): readonly ProjectFile[] {
  return ["src", "test", "bench"]
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((name) => join(folder, name)),
    )
    .filter((path) => /\.(ts|md)$/.test(path) && !path.startsWith("test/fixtures/"))
    .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
}
