import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { faults, playRow } from "../../bench/noise/play.ts";
import { ROWS } from "../../bench/noise/rows.ts";
import { createFileSink } from "../../src/deliver/sinks/file/sink.ts";
import { openState, stoppedClock } from "../support/runtime.ts";
import { tempDir } from "../support/temp-dir.ts";

describe("the noise suite through the whole pipeline", () => {
  it.each(ROWS)("row $n: $title → $answer", async (row) => {
    const played = await playRow(row, tempDir(), join(tempDir(), "state"));
    expect(faults(row, played)).toEqual([]);
  });

  it("a scan that is repeated over an unchanged segment says nothing but that it was complete", async () => {
    const [row] = ROWS;
    if (row === undefined) throw new Error("the suite has rows");
    const { json } = await playRow(row, tempDir(), join(tempDir(), "state"));
    expect(json.cycles.map((cycle) => cycle.anomalies)).toEqual([[], []]);
    expect(json.health).toEqual([]);
  });
});

describe("events of recorded scans", () => {
  it("two runs over the same recorded scans from fresh state give byte-identical events", async () => {
    expect(await bodiesOf(17)).toEqual(await bodiesOf(17));
  });
});

/** The events of one row as the file sink writes them. */
async function bodiesOf(n: number): Promise<readonly string[]> {
  const row = ROWS.find((r) => r.n === n);
  if (row === undefined) throw new Error(`no row ${n}`);
  const state = join(tempDir(), "state");
  await playRow(row, tempDir(), state);
  const opened = openState(state, "write");
  if (!opened.ok) throw new Error(opened.error.what);
  const store = opened.value;
  const rows = await store.outbox.readAfter(0, { maxRows: 100_000, maxBytes: 1024 ** 3 });
  store.close();
  const path = join(tempDir(), "events.ndjson");
  const sink = createFileSink({ path, clock: stoppedClock(0) });
  await sink.send(rows, new AbortController().signal);
  await sink.close(1000);
  return readFileSync(path, "utf8").trimEnd().split("\n");
}
