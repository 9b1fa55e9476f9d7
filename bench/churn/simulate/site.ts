import type { Site } from "../../../src/app/operations/operation.ts";
import { createRuntime, type OpenState, type Runtime } from "../../../src/app/runtime.ts";
import type { EventDocument } from "../../../src/domain/event.ts";
import type { CycleStore } from "../../../src/domain/ports/stores.ts";
import { derivedTimeOrderedId } from "../../../src/lib/ids.ts";
import { parseConfig } from "../../../test/support/configuration.ts";
import type { World } from "../types.ts";
import type { Moment } from "./moment.ts";

/** An installation that watches a world: the real configuration, state and runtime, with the time of the world. */
export interface BenchSite extends Site {
  /** Of the last cycle, observations left out. */
  events(): readonly EventDocument[];
}

const STORE_BYTES = 8 * 1024 ** 3;

export function benchSite(world: World, moment: Moment, directory: string): BenchSite {
  const loaded = parseConfig(configurationOf(world), { path: null, directory, environment: {}, now: 1 });
  if (!loaded.ok) throw new Error(loaded.error.text);
  let events: readonly EventDocument[] = [];
  const keep = (some: readonly EventDocument[]) => {
    events = some;
  };
  return {
    runtime: benchRuntime(world, moment, keep),
    loaded: loaded.value,
    stateDirectory: directory,
    events: () => events,
  };
}

function configurationOf({ segment, targets, tcp }: World): string {
  return `segment: ${segment}\ntargets: ${JSON.stringify(targets)}\nports: [${tcp}]\n`;
}

/** Ids come from the seed of the world: two runs are the same to the byte. */
function benchRuntime(world: World, { clock }: Moment, keep: (events: readonly EventDocument[]) => void): Runtime {
  let made = 0;
  const runtime = createRuntime({ clock });
  const next = () => derivedTimeOrderedId(clock.now(), `${world.seed} ${world.variant} ${made++}`);
  return {
    ...runtime,
    hostname: "bench",
    ids: { ...runtime.ids, next },
    openState: (directory, access) => {
      const opened = runtime.openState(directory, access, STORE_BYTES);
      return opened.ok ? { ok: true, value: lightened(opened.value, keep) } : opened;
    },
  };
}

/** Nobody takes the events of a month away, and nothing dies here: what is only kept for those is left out. */
function lightened(store: OpenState, keep: (events: readonly EventDocument[]) => void): OpenState {
  const cycles: CycleStore = {
    ...store.cycles,
    commitCycle: (commit) => {
      const events = commit.events.filter(({ family }) => family !== "observation");
      keep(events);
      return store.cycles.commitCycle({ ...commit, events });
    },
    commitShard: () => Promise.resolve(),
  };
  return { ...store, cycles };
}
