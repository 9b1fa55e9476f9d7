import { execFile } from "node:child_process";
import { chmodSync, cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { NODE_FLAGS } from "../../scripts/install/node-flags.ts";
import { addClosed } from "./crowd.ts";
import type { Watched } from "./years.ts";

const run = promisify(execFile);

/** CPU seconds of judging each scan of the day after, on a copy of what was left, with so many more anomalies of the past. */
export async function judgingOf({ place, next }: Watched, crowd: number): Promise<readonly number[]> {
  const state = `${place.state}-copy`;
  cpSync(place.state, state, { recursive: true });
  // The copy is readable by others otherwise, and the program refuses it.
  chmodSync(state, 0o700);
  if (crowd > 0) addClosed(state, crowd);
  const given = JSON.stringify({ config: place.config, state, files: next });
  const worker = join(import.meta.dirname, "judge.ts");
  const { stdout } = await run(process.execPath, [NODE_FLAGS, worker, given], { maxBuffer: 1e8 });
  rmSync(state, { recursive: true, force: true });
  return JSON.parse(stdout) as number[];
}
