import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tallyOf } from "./measure/tally.ts";
import { SHORT_STORY, STORY } from "./story/segments.ts";
import { tellStory, writeStory } from "./story/tell.ts";

/**
 * `make bench-siem`: two weeks of four segments, told by the whole program. `--short` takes a tenth of the hosts,
 * `--ndjson=FILE` keeps the events.
 */

const args = process.argv.slice(2);
const ndjson = args.find((word) => word.startsWith("--ndjson="))?.slice("--ndjson=".length);
const directory = mkdtempSync(join(tmpdir(), "tripline-siem-"));

try {
  const told = await tellStory(args.includes("--short") ? SHORT_STORY : STORY, directory);
  if (ndjson !== undefined) await writeStory(told, ndjson);
  const { documents, streams, alerts } = await tallyOf(told);
  for (const [stream, n] of [...streams].toSorted(([a], [b]) => (a < b ? -1 : 1)))
    console.log(`${String(n).padStart(8)}  ${stream}`);
  console.log(`${String(documents).padStart(8)}  in all, ${alerts} alerts`);
} finally {
  rmSync(directory, { recursive: true, force: true });
}
