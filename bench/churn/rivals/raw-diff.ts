import { spawnSync } from "node:child_process";
import { mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { worldTargets } from "../simulate/live.ts";
import { writeRecorded } from "../simulate/recorded.ts";
import type { World } from "../types.ts";
import type { RivalAlert } from "./rival.ts";

/** Each host that ndiff reports as changed between two scans, and a scan that it cannot read as nothing. */
export async function rawDiff(world: World): Promise<readonly RivalAlert[]> {
  const directory = mkdtempSync(join(tmpdir(), "tripline-ndiff-"));
  const [before, now] = [join(directory, "before.xml"), join(directory, "now.xml")];
  const addresses = (await worldTargets(world)).addresses.length;
  const alerts: RivalAlert[] = [];
  try {
    for (const scan of world.scans()) {
      if (scan.n < world.judgedFrom - 1) continue;
      writeRecorded(now, world, { scan, addresses });
      const changed = scan.n < world.judgedFrom ? [] : [...changedHosts(before, now)];
      alerts.push(...changed.map((address) => ({ n: scan.n, address, port: null })));
      renameSync(now, before);
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  return alerts;
}

export function hasNdiff(): boolean {
  return spawnSync("ndiff", ["-h"]).status === 0;
}

function changedHosts(before: string, now: string): ReadonlySet<string> {
  const { status, stdout } = spawnSync("ndiff", [before, now], { encoding: "utf8", maxBuffer: 256 * 1024 ** 2 });
  if (status !== 0 && status !== 1) return new Set();
  // A host that changed has a heading line without a sign; hosts that came or went have one with it.
  const headings = stdout.split("\n").filter((line) => /^[-+ ]?\S.*\(?\d+\.\d+\.\d+\.\d+.*:$/.test(line));
  return new Set(headings.flatMap((line) => /\d+\.\d+\.\d+\.\d+/.exec(line)?.[0] ?? []));
}
