import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { faults, playRow } from "../../bench/noise/play.ts";
import { PLAIN } from "../../bench/noise/plain.ts";
import { ROWS } from "../../bench/noise/rows.ts";
import { segmentOf, type Shape } from "../../bench/noise/segment.ts";
import { createFileSink } from "../../src/deliver/sinks/file/sink.ts";
import { openState, stoppedClock } from "../support/runtime.ts";
import { tempDir } from "../support/temp-dir.ts";

const SHAPES: readonly Shape[] = [1, 2].flatMap((seed) => [40, 100].map((hosts) => ({ seed, hosts })));

describe.each(SHAPES)("the noise suite on $hosts hosts of seed $seed, through the whole pipeline", (shape) => {
  const segment = segmentOf(shape);
  it.each(ROWS)("row $n: $title → $answer", async (row) => {
    const played = await playRow(row, { segment, directory: tempDir(), stateDirectory: join(tempDir(), "state") });
    expect(faults(row, played)).toEqual([]);
  });
});

describe("the segments of the noise suite", () => {
  it("are the same in every run, and others with another seed", () => {
    const scans = [1, 1, 2].map((seed) => {
      const segment = segmentOf({ seed, hosts: 40 });
      return segment.scanXml(0, segment.hosts);
    });
    expect(scans[0]).toBe(scans[1]);
    expect(scans[0]).not.toBe(scans[2]);
  });

  it("have the hosts that are asked for, each at an address and with a card of its own", () => {
    const { hosts, free } = segmentOf({ seed: 3, hosts: 400 });
    expect(new Set([free, ...hosts.map(({ address }) => address)]).size).toBe(401);
    expect(new Set(hosts.map(({ mac }) => mac)).size).toBe(400);
  });

  it("repeated unchanged, say nothing but that they were complete", async () => {
    const [row] = ROWS;
    if (row === undefined) throw new Error("the suite has rows");
    const { json } = await playRow(row, plainPlace());
    expect(json.cycles.map((cycle) => cycle.anomalies)).toEqual([[], []]);
    expect(json.health).toEqual([]);
  });
});

function plainPlace(state = join(tempDir(), "state")) {
  return { segment: PLAIN, directory: tempDir(), stateDirectory: state };
}

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
  await playRow(row, plainPlace(state));
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
