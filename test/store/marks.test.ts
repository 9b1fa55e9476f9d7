import { describe, expect, it } from "vitest";
import type { ObservationMark } from "../../src/domain/ports/stores.ts";
import { inside } from "./support/dump.ts";
import { baselineOf, cycle, cycleCommit, hostBaseline, SEGMENT } from "./support/samples.ts";
import { newStore, NOW } from "./support/temp-store.ts";

function mark(hostId: string, unit: string, digest = "d1", at = NOW): ObservationMark {
  return { hostId, unit, digest, at };
}

/** A store that knows these hosts. */
async function knowing(...ids: readonly string[]) {
  const store = newStore();
  const baseline = baselineOf(ids.map((id) => hostBaseline(id)));
  await store.cycles.commitCycle(cycleCommit("c0", { baseline, touchedHosts: new Set(ids) }));
  return store;
}

describe("what was last told of hosts and services", () => {
  it("comes back by host and unit, in whatever order it came", async () => {
    const store = await knowing("h1", "h2");
    const marks = [mark("h2", "host"), mark("h1", "tcp/443"), mark("h1", "host"), mark("h1", "tcp/22")];
    await store.cycles.commitCycle(cycleCommit("c1", { observationMarks: marks }));
    expect((await store.cycles.loadObservationMarks(SEGMENT)).map(({ hostId, unit }) => `${hostId} ${unit}`)).toEqual([
      "h1 host",
      "h1 tcp/22",
      "h1 tcp/443",
      "h2 host",
    ]);
  });

  it("is replaced where it was told again; the rest stays", async () => {
    const store = await knowing("h1");
    await store.cycles.commitCycle(cycleCommit("c1", { observationMarks: [mark("h1", "host"), mark("h1", "tcp/22")] }));
    const again = mark("h1", "tcp/22", "d2", NOW + 9);
    await store.cycles.commitCycle(cycleCommit("c2", { observationMarks: [again] }));
    expect(await store.cycles.loadObservationMarks(SEGMENT)).toEqual([mark("h1", "host"), again]);
  });

  it("belongs to the segment that told it", async () => {
    const store = await knowing("h1");
    const lab = cycle("c1", { segment: "lab", state: "done" });
    await store.cycles.commitCycle(cycleCommit("c1", { cycle: lab, observationMarks: [mark("h1", "host")] }));
    expect(await store.cycles.loadObservationMarks(SEGMENT)).toEqual([]);
    expect(await store.cycles.loadObservationMarks("lab")).toEqual([mark("h1", "host")]);
  });

  it("names the row that cannot be read", async () => {
    const store = await knowing("h1");
    await store.cycles.commitCycle(cycleCommit("c1", { observationMarks: [mark("h1", "tcp/22", "d", 1)] }));
    inside(store.directory, (database) => database.exec("UPDATE observation_mark SET at = 9007199254740993"));
    await expect(store.cycles.loadObservationMarks(SEGMENT)).rejects.toMatchObject({
      message: expect.stringMatching(/9007199254740993|h1 tcp\/22/),
    });
  });
});
