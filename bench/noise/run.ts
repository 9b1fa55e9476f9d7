import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { faults, playRow, type Played } from "./play.ts";
import { type Row, ROWS } from "./rows.ts";
import { segmentOf } from "./segment.ts";

/** `make bench-noise`: the rows on segments of several seeds and sizes, beside ndiff on the same files. */

const SEEDS = [1, 2, 3, 4];
const SIZES = [40, 100, 400];
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

interface Outcome {
  readonly seed: number;
  readonly hosts: number;
  readonly played: Played;
  readonly wrong: readonly string[];
}

async function outcomes(row: Row): Promise<readonly Outcome[]> {
  const all: Outcome[] = [];
  for (const hosts of SIZES)
    for (const seed of SEEDS) {
      const segment = segmentOf({ seed, hosts });
      const own = mkdtempSync(join(directory, "row-"));
      const played = await playRow(row, { segment, directory: own, stateDirectory: null });
      all.push({ seed, hosts, played, wrong: faults(row, played) });
    }
  return all;
}

/** `0/0 0/0 1/0 0/0`: one for each seed. */
function cell(all: readonly Outcome[], hosts: number): string {
  const its = all.filter((one) => one.hosts === hosts);
  return its.map(({ played, wrong }) => `${played.high}/${played.lower}${wrong.length > 0 ? "!" : ""}`).join(" ");
}

function printed(row: Row, all: readonly Outcome[]): string {
  const hundred = all.find((one) => one.seed === SEEDS[0] && one.hosts === 100);
  const cells = [
    String(row.n).padStart(3),
    row.title.padEnd(42),
    row.answer.padEnd(26),
    ...SIZES.map((hosts) => cell(all, hosts).padEnd(23)),
    [...new Set(all.flatMap((one) => one.played.health))].join(",").padEnd(18),
    hundred === undefined ? "" : ndiffHosts(hundred.played.files).padEnd(5),
  ];
  const wrong = all.flatMap((one) => one.wrong.map((what) => `\n      seed ${one.seed}, ${one.hosts} hosts: ${what}`));
  return cells.join(" | ") + wrong.join("");
}

try {
  console.log(
    `noise suite: the second scan of a segment is altered; ${SIZES.join(", ")} hosts, seeds ${SEEDS.join(", ")}`,
  );
  console.log("for each seed: anomalies of severity high or critical / lower (! = not as stated); ndiff: hosts in its");
  console.log("report on 100 hosts of the first seed; titles of rows name the numbers for 100 hosts");
  console.log("command: make bench-noise\n");
  const sizes = SIZES.map((hosts) => `${hosts} hosts`.padEnd(23));
  const titles = ["row", "second scan".padEnd(42), "right answer".padEnd(26), ...sizes, "health".padEnd(18), "ndiff"];
  console.log(titles.join(" | "));
  const right: boolean[] = [];
  for (const row of ROWS) {
    const all = await outcomes(row);
    console.log(printed(row, all));
    right.push(...all.map((one) => one.wrong.length === 0));
  }
  const worlds = SEEDS.length * SIZES.length;
  console.log(
    `\n${right.filter(Boolean).length} of ${right.length} as stated (${ROWS.length} rows × ${worlds} segments); node ${process.version}${ndiff ? "" : "; ndiff is not installed (Debian: apt-get install ndiff)"}`,
  );
} finally {
  rmSync(directory, { recursive: true, force: true });
}
