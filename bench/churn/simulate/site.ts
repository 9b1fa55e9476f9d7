import type { Desk } from "../../../src/app/operations/operation.ts";
import { createRuntime, type Runtime } from "../../../src/app/runtime.ts";
import type { EventDocument } from "../../../src/domain/event.ts";
import type { CycleStore } from "../../../src/domain/ports/stores.ts";
import { derivedTimeOrderedId } from "../../../src/lib/ids.ts";
import { parseConfig } from "../../../test/support/configuration.ts";
import type { World } from "../types.ts";
import type { Moment } from "./moment.ts";

/** An installation that watches a world: the real configuration, state and runtime, with the time of the world. */
export interface BenchSite {
  readonly desk: Desk;
  /** The events of the last cycle. */
  events(): readonly EventDocument[];
  close(): void;
}

export function openSite(world: World, moment: Moment, directory: string): BenchSite {
  const runtime = benchRuntime(world, moment);
  const loaded = parseConfig(configurationOf(world), { path: null, directory, environment: {}, now: 1 });
  if (!loaded.ok) throw new Error(loaded.error.text);
  const opened = runtime.openState(directory, "write", 8 * 1024 ** 3);
  if (!opened.ok) throw new Error(`${opened.error.code} ${opened.error.what}`);
  const store = opened.value;
  let events: readonly EventDocument[] = [];
  const cycles: CycleStore = {
    ...store.cycles,
    commitCycle: (commit) => {
      ({ events } = commit);
      // Nobody takes the events of a month away, and what was seen is most of them.
      return store.cycles.commitCycle({ ...commit, events: events.filter(({ family }) => family !== "observation") });
    },
    // What the shards saw is not read again: nothing dies here.
    commitShard: () => Promise.resolve(),
  };
  const desk = { runtime, loaded: loaded.value, stateDirectory: directory, store: { ...store, cycles } };
  return { desk, events: () => events, close: () => store.close() };
}

function configurationOf({ segment, targets, tcp }: World): string {
  return `segment: ${segment}\ntargets: ${JSON.stringify(targets)}\nports: [${tcp}]\n`;
}

/** Ids come from the seed of the world: two runs are the same to the byte. */
function benchRuntime(world: World, { clock }: Moment): Runtime {
  let made = 0;
  const runtime = createRuntime({ clock });
  const next = () => derivedTimeOrderedId(clock.now(), `${world.seed} ${world.variant} ${made++}`);
  return { ...runtime, hostname: "bench", ids: { ...runtime.ids, next } };
}
