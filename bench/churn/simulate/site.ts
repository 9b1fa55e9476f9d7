import type { Site } from "../../../src/app/operations/operation.ts";
import { createRuntime, type OpenState, type Runtime } from "../../../src/app/runtime.ts";
import type { EventDocument } from "../../../src/domain/event.ts";
import type { CycleStore } from "../../../src/domain/ports/stores.ts";
import { derivedTimeOrderedId } from "../../../src/lib/ids.ts";
import { parseConfig } from "../../../test/support/configuration.ts";
import type { World } from "../types.ts";
import type { Moment } from "./moment.ts";

export interface SiteOptions {
  /** Of its state, which need not be there. */
  readonly directory: string;
  /** YAML below `segment`, `targets` and `ports`. */
  readonly configuration?: string;
  /** Events of the observation family are kept too. Default: not, because nobody takes the events of a month away. */
  readonly observations?: boolean;
}

/** An installation that watches a world: the real configuration, state and runtime, with the time of the world. */
export interface BenchSite extends Site {
  /** Of the last cycle, as far as they are kept. */
  events(): readonly EventDocument[];
}

const STORE_BYTES = 8 * 1024 ** 3;

export function benchSite(world: World, moment: Moment, options: SiteOptions): BenchSite {
  const { directory, configuration = "", observations = false } = options;
  const text = configurationOf(world) + configuration;
  const loaded = parseConfig(text, { path: null, directory, environment: {}, now: 1 });
  if (!loaded.ok) throw new Error(loaded.error.text);
  let events: readonly EventDocument[] = [];
  const keep = (all: readonly EventDocument[]) => {
    events = observations ? all : all.filter(({ family }) => family !== "observation");
    return events;
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

/** Takes the events of a commit and says which of them are kept. */
type Keep = (events: readonly EventDocument[]) => readonly EventDocument[];

/** Ids come from the seed of the world: two runs are the same to the byte. */
function benchRuntime(world: World, { clock }: Moment, keep: Keep): Runtime {
  let made = 0;
  const next = () => derivedTimeOrderedId(clock.now(), `${world.seed} ${world.variant} ${made++}`);
  const token = () => next().replaceAll("-", "");
  const runtime = createRuntime({ clock, ids: { next, token } });
  return {
    ...runtime,
    hostname: "bench",
    openState: (directory, access) => {
      const opened = runtime.openState(directory, access, STORE_BYTES);
      return opened.ok ? { ok: true, value: lightened(opened.value, keep) } : opened;
    },
  };
}

/** Nothing dies here: the facts of shards, with which an interrupted cycle is resumed, are left out. */
function lightened(store: OpenState, keep: Keep): OpenState {
  const cycles: CycleStore = {
    ...store.cycles,
    commitCycle: (commit) => store.cycles.commitCycle({ ...commit, events: keep(commit.events) }),
    commitShard: () => Promise.resolve(),
  };
  return { ...store, cycles };
}
