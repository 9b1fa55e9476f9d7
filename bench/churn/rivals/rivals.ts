import { makeWorld, type WorldOptions } from "../world/make-world.ts";
import { firstSeen } from "./first-seen.ts";
import { hasNdiff, rawDiff } from "./raw-diff.ts";
import { type RivalRecord, rivalLines, rivalRecord } from "./rival.ts";

/** What simple rules make of the scans of one month. */
export async function rivalsOf(month: WorldOptions): Promise<readonly RivalRecord[]> {
  const world = makeWorld(month);
  const of = { world, hosts: month.hosts };
  const seen = rivalRecord("address or port never seen before", of, firstSeen(world));
  if (!hasNdiff()) return [seen];
  return [rivalRecord("hosts that ndiff reports", of, await rawDiff(world)), seen];
}

/** Of some months as a table, beside the product on the same ones. */
export function rivalTable(records: readonly RivalRecord[]): string {
  const seeds = [...new Set(records.map(({ seed }) => seed))].join(", ");
  const missing = hasNdiff() ? [] : ["", "ndiff is not installed (Debian: apt-get install ndiff)."];
  return [
    `## Beside it, on the same scans: seeds ${seeds}`,
    "",
    "| rule | alerts per day and 1,000 hosts | false | labels told on the first day |",
    "|---|---|---|---|",
    ...rivalLines(records),
    ...missing,
  ].join("\n");
}
