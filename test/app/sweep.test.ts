import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { scanRecorded } from "../../src/app/operations/scan-recorded.ts";
import { sweepStore } from "../../src/app/operations/sweep-store.ts";
import type { LoadedConfig } from "../../src/config/load.ts";
import type { EventFamily } from "../../src/domain/event.ts";
import type { OpenedStore } from "../../src/store/open.ts";
import { cycle, cycleCommit, event, nmapRun } from "../store/support/samples.ts";
import { newStore, NOW } from "../store/support/temp-store.ts";
import { parseConfig } from "../support/configuration.ts";
import { nmapXml } from "../support/nmap-xml.ts";
import { groundOf, openState } from "../support/runtime.ts";
import { tempDir } from "../support/temp-dir.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** A store with room for so many pages of 4 KiB and an output that has taken everything away. */
function storeOf(pages: number): OpenedStore {
  return newStore({ maxSizeBytes: pages * 4096 });
}

async function commit(store: OpenedStore, id: string, at: number, families: readonly EventFamily[]): Promise<void> {
  await store.cycles.beginCycle(cycle(id, { startedAt: at }));
  await store.cycles.commitShard({ cycleId: id, shard: 0, elapsedMs: 1, runs: [nmapRun(0)] });
  const events = families.map((family, i) => ({ ...event(`${id} ${i}`, pad(id, i)), family }));
  const done = cycle(id, { state: "done", startedAt: at, endedAt: at });
  await store.cycles.commitCycle(cycleCommit(id, { cycle: done, events, committedAt: at }));
}

function pad(...of: readonly unknown[]): string {
  return JSON.stringify({ of, pad: "x".repeat(3000) });
}

async function deliverAll({ outbox }: OpenedStore): Promise<void> {
  await outbox.registerSink({ name: "s", kind: "file", backfill: true });
  const { lastSeq } = await outbox.status();
  await outbox.commitRelay({ sink: "s", ackedSeq: lastSeq, dead: [], at: NOW });
}

async function idsOf({ outbox }: OpenedStore): Promise<readonly string[]> {
  return (await outbox.readAfter(0, { maxRows: 10_000, maxBytes: 1e9 })).map(({ id }) => id);
}

describe("what a sweep keeps where there is room", () => {
  it.each<[string, number, readonly EventFamily[], readonly string[]]>([
    ["everything of less than a day", DAY, ["anomaly", "observation"], ["c 0", "c 1"]],
    ["of the inventory no more than a day", DAY + 1, ["anomaly", "observation", "scan"], ["c 0", "c 2"]],
    ["what else was delivered for a week", 7 * DAY, ["audit", "observation"], ["c 0"]],
    ["nothing that was delivered before", 7 * DAY + 1, ["anomaly", "observation", "scan"], []],
  ])("%s", async (_, age, families, kept) => {
    const store = storeOf(1000);
    await commit(store, "c", NOW, families);
    await deliverAll(store);
    await sweepStore(store, null, NOW + age);
    expect(await idsOf(store)).toEqual(kept);
  });

  it("what an output still wants, however old", async () => {
    const store = storeOf(1000);
    await commit(store, "c", NOW, ["anomaly", "observation"]);
    await store.outbox.registerSink({ name: "s", kind: "file", backfill: true });
    await sweepStore(store, null, NOW + 90 * DAY);
    expect(await idsOf(store)).toEqual(["c 0", "c 1"]);
  });

  it("facts of 30 days, and those of the newest cycle", async () => {
    const store = storeOf(1000);
    for (const n of [0, 20, 40]) await commit(store, `c${n}`, NOW + n * DAY, []);
    await sweepStore(store, null, NOW + 45 * DAY);
    expect(await store.keeping.cyclesWithFacts()).toEqual(new Set(["c20", "c40"]));
    await sweepStore(store, null, NOW + 99 * DAY);
    expect(await store.keeping.cyclesWithFacts()).toEqual(new Set(["c40"]));
  });
});

describe("a store that is more than half full", () => {
  it("lets go of the delivered inventory first", async () => {
    const store = storeOf(600);
    await commit(store, "c", NOW, [
      ...Array<EventFamily>(200).fill("observation"),
      ...Array<EventFamily>(150).fill("anomaly"),
    ]);
    await deliverAll(store);
    await sweepStore(store, null, NOW);
    expect((await idsOf(store)).length).toBe(150);
  });

  it("then of all that was delivered, then of the oldest facts, and keeps the newest", async () => {
    const store = storeOf(600);
    await commit(store, "c0", NOW, Array<EventFamily>(120).fill("anomaly"));
    await commit(store, "c1", NOW + 1, []);
    await deliverAll(store);
    // Nobody has taken these away: they alone fill more than half.
    await commit(store, "c2", NOW + 2, Array<EventFamily>(300).fill("anomaly"));
    await sweepStore(store, null, NOW + 3);
    expect((await idsOf(store)).length).toBe(300);
    expect(await store.keeping.cyclesWithFacts()).toEqual(new Set(["c2"]));
  });
});

describe("recorded scans", () => {
  const START = 1_763_629_200;

  function site(): { readonly loaded: LoadedConfig; readonly directory: string } {
    const directory = tempDir();
    const text = "segment: office\ntargets: [10.0.0.0/29]\nports: [22]\nstore: { keep_raw: 10d }\n";
    const loaded = parseConfig(text, { path: null, directory, environment: {}, now: 1 });
    if (!loaded.ok) throw new Error(loaded.error.text);
    return { loaded: loaded.value, directory };
  }

  it("are forgotten by the time in the files, whatever year it is here", async () => {
    const { loaded, directory } = site();
    const files = [0, 6, 12, 18].map((day) => {
      const [file, start] = [join(directory, `${day}.xml`), START + day * 86_400];
      const hosts = [{ address: "10.0.0.2", ports: [{ port: 22 }] }];
      const scaninfo = [{ type: "syn", protocol: "tcp", services: "22" }];
      writeFileSync(file, nmapXml({ hosts, start, finished: start + 60, scaninfo }));
      return file;
    });
    const state = join(directory, "state");
    const request = { files, names: files, learn: true, learnScans: null, emit: true };
    const during = { signal: new AbortController().signal };
    const done = await scanRecorded(groundOf(loaded, state), request, during);
    expect(done.ok && done.value.cycles.length).toBe(4);
    const opened = openState(state, "read");
    if (!opened.ok) throw new Error(opened.error.what);
    const { keeping, outbox } = opened.value;
    expect((await keeping.cyclesWithFacts()).size).toBe(2);
    // What the fourth scan told, what the third told that is no inventory, and what opening the state told by our clock.
    const told = await outbox.readAfter(0, { maxRows: 1000, maxBytes: 1e9 });
    const days = new Set(
      told
        .filter(({ family }) => family === "scan")
        .map(({ createdAt }) => Math.round((createdAt / 1000 - START) / 86_400)),
    );
    expect([...days].filter((day) => day <= 18)).toEqual([12, 18]);
    expect(
      told.filter(({ family, createdAt }) => family === "observation" && createdAt / 1000 < START + 17 * 86_400),
    ).toEqual([]);
    opened.value.close();
  });
});
