import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { faults, playRow } from "./play.ts";
import { ROWS } from "./rows.ts";

/** `make bench-noise`: the 18 rows through the whole pipeline, beside ndiff on the same files. */

const directory = mkdtempSync(join(tmpdir(), "tripline-noise-"));
const ndiff = spawnSync("ndiff", ["-h"]).status === 0;

/** Hosts that ndiff reports as changed, or how it failed. */
function ndiffHosts(files: readonly [string, string]): string {
  if (!ndiff) return "not installed";
  const { status, stdout } = spawnSync("ndiff", [...files], { encoding: "utf8", maxBuffer: 64 * 1024 ** 2 });
  if (status !== 0 && status !== 1) return "crash";
  // A host that changed has a heading line without a sign; hosts that came or went have one with it.
  const hosts = stdout.split("\n").filter((line) => /^[-+ ]?\S.*\(?\d+\.\d+\.\d+\.\d+.*:$/.test(line));
  return String(new Set(hosts.map((line) => /\d+\.\d+\.\d+\.\d+/.exec(line)?.[0])).size);
}

try {
  console.log(
    "noise suite: 100 hosts, second scan altered; severity high or critical / lower; hosts in ndiff's report",
  );
  console.log("command: make bench-noise\n");
  console.log(["row", "second scan", "right answer", "tripline", "health", "ndiff", ""].join(" | "));
  let wrong = 0;
  for (const row of ROWS) {
    const played = await playRow(row, directory);
    const found = faults(row, played);
    if (found.length > 0) wrong += 1;
    const ours = `${played.high} high, ${played.lower} lower`;
    const cells = [
      String(row.n).padStart(2),
      row.title.padEnd(42),
      row.answer.padEnd(26),
      ours.padEnd(18),
      played.health.join(",").padEnd(18),
      ndiffHosts(played.files).padEnd(7),
      found.join("; ") || "as stated",
    ];
    console.log(cells.join(" | "));
  }
  console.log(
    `\n${ROWS.length - wrong} of ${ROWS.length} rows as stated; node ${process.version}${ndiff ? "" : "; ndiff is not installed (Debian: apt-get install ndiff)"}`,
  );
} finally {
  rmSync(directory, { recursive: true, force: true });
}
