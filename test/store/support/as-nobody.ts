import { spawnSync } from "node:child_process";
import { chownSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

const OPENER = fileURLToPath(new URL("./opener.ts", import.meta.url));
// Root may read and write everything, so a store is opened as nobody; any other user is its own nobody.
const USER = process.getuid?.() === 0 ? 65_534 : null;
const IDS = USER === null ? {} : { uid: USER, gid: USER };
const OPTIONS = { encoding: "utf8" as const, ...IDS, cwd: "/" };

/** False when that user could not even read this checkout: then nothing can be said. */
export function canBeNobody(): boolean {
  const look = "require('node:fs').readFileSync(process.argv[1])";
  return spawnSync(process.execPath, ["-e", look, OPENER], OPTIONS).status === 0;
}

/** Makes paths belong to the user of {@link openedAsNobody}. */
export function givenToNobody(...paths: readonly string[]): void {
  for (const path of paths) if (USER !== null) chownSync(path, USER, USER);
}

/** The refusal that a user without special rights gets from the state directory, or null when it was opened. */
export function openedAsNobody(directory: string, access: "read" | "write" = "write"): unknown {
  givenToNobody(dirname(directory));
  const { stdout, stderr } = spawnSync(process.execPath, [OPENER, directory, access], OPTIONS);
  if (stdout === "") throw new Error(`the opener said nothing: ${stderr}`);
  return JSON.parse(stdout);
}
