import { expect, it } from "vitest";
import type { HostObservation } from "../../src/domain/observation.ts";
import type { OpenedStore } from "../../src/store/open.ts";
import { inside } from "./support/dump.ts";
import { cycle, hostObservation, nmapRun, text } from "./support/samples.ts";
import { newStore, NOW } from "./support/temp-store.ts";

const guess = (name: string, accuracy: number): HostObservation["os"] => ({
  matches: [{ name: text(name), accuracy, family: text("Linux"), vendor: null, type: null }],
  families: ["Linux"],
  goodConditions: true,
  stack: new Map([["class", "random positive increments"]]),
});

async function scan(store: OpenedStore, n: number, guesses: readonly HostObservation["os"][]): Promise<void> {
  const [cycleId, at] = [`c${n}`, NOW + n];
  const hosts = guesses.map((os, i) => hostObservation(`10.0.0.${i + 1}`, { os }));
  await store.cycles.beginCycle(cycle(cycleId, { startedAt: at }));
  const runs = [nmapRun(0, { hosts, startedAt: at })];
  await store.cycles.commitShard({ cycleId, shard: 0, elapsedMs: 1, runs });
}

const systems = (directory: string) =>
  inside(directory, (database) => database.prepare("SELECT facts FROM observed_system ORDER BY id").all()).map(
    (row) => JSON.parse(String(row["facts"])).matches[0].accuracy,
  );
const contents = (directory: string) =>
  inside(directory, (database) => database.prepare("SELECT count(*) AS n FROM observation_content").get()?.["n"]);

it("a host that is guessed otherwise at each scan is stored once, with each guess", async () => {
  const store = newStore();
  const seen = [
    [guess("Linux 5.4", 98), null],
    [guess("Linux 5.4", 97), guess("Linux 5.4", 98)],
    [null, guess("Linux 5.4", 97)],
  ];
  for (const [n, guesses] of seen.entries()) await scan(store, n, guesses);
  expect(contents(store.directory)).toBe(1);
  expect(systems(store.directory)).toEqual([98, 97]);
  for (const [n, guesses] of seen.entries()) {
    const [run] = await store.history.runsOf(`c${n}`);
    expect(run?.hosts.map(({ os }) => os)).toEqual(guesses);
  }
});

it("a guess goes with the last run that named it", async () => {
  const store = newStore();
  for (const [n, accuracy] of [90, 91, 90, 92].entries()) await scan(store, n, [guess("Linux 5.4", accuracy)]);
  await store.keeping.forgetFacts(["c0"]);
  expect(systems(store.directory)).toEqual([90, 91, 92]);
  await store.keeping.forgetFacts(["c1"]);
  expect(systems(store.directory)).toEqual([90, 92]);
  expect((await store.history.runsOf("c2"))[0]?.hosts[0]?.os).toEqual(guess("Linux 5.4", 90));
  await store.keeping.forgetFacts(["c2", "c3"]);
  expect(systems(store.directory)).toEqual([]);
});

it("a guess of an older state is read from the facts of the host", async () => {
  const store = newStore();
  await scan(store, 0, [guess("Linux 5.4", 98)]);
  inside(store.directory, (database) => {
    database.exec(`UPDATE observation_content SET facts = json_set(facts, '$.os', json((SELECT facts FROM observed_system)));
      UPDATE observation SET system = NULL; DELETE FROM observed_system`);
  });
  expect((await store.history.runsOf("c0"))[0]?.hosts[0]?.os).toEqual(guess("Linux 5.4", 98));
});
