import type { LoadedConfig } from "../../config/load.ts";
import type { HealthNotice } from "../../domain/event.ts";
import type { Telemetry } from "../../telemetry/happenings.ts";
import { openRelays, type Relays } from "../delivery.ts";
import type { OpenState } from "../wiring.ts";

/** The relays of a running agent, one per configured output, each in its own rhythm. */
export interface Relaying {
  /** Starts with these outputs. What was running is stopped first: cursors stand in the store, nothing is lost. */
  start(loaded: LoadedConfig): Promise<void>;
  /** Events were committed. */
  wake(): void;
  /** Ends the loops, sends what was just committed for a last few seconds, closes. */
  stop(): Promise<void>;
}

export interface RelayingOptions {
  readonly stateDirectory: string;
  readonly store: OpenState;
  readonly telemetry: Telemetry;
  readonly tell: (notice: HealthNotice) => void;
}

/** Longest a stopping agent sends what was just committed. */
const LAST_FLUSH_MS = 10_000;

interface Running {
  readonly relays: Relays;
  readonly halt: AbortController;
  readonly loops: readonly Promise<void>[];
}

export function createRelaying(options: RelayingOptions): Relaying {
  let running: Running | null = null;
  return {
    start: async (loaded) => {
      // Made before the former ones are halted: outputs that cannot be made leave everything as it was.
      const relays = await open(loaded, options);
      const former = running;
      if (former !== null) await halt(former).then(() => former.relays.close());
      running = begin(relays);
    },
    wake: () => {
      for (const relay of running?.relays.relays ?? []) relay.wake();
    },
    stop: async () => {
      if (running === null) return;
      await halt(running);
      const { relays } = running;
      await Promise.allSettled(relays.relays.map((relay) => relay.drain(AbortSignal.timeout(LAST_FLUSH_MS))));
      await relays.close();
      running = null;
    },
  };
}

function open(loaded: LoadedConfig, options: RelayingOptions): Promise<Relays> {
  const { stateDirectory, store, telemetry, tell } = options;
  return openRelays({ loaded, stateDirectory, outbox: store.outbox, telemetry, onHealth: tell });
}

function begin(relays: Relays): Running {
  const halting = new AbortController();
  return { relays, halt: halting, loops: relays.relays.map((relay) => relay.run(halting.signal)) };
}

async function halt({ halt: halting, loops }: Running): Promise<void> {
  halting.abort();
  await Promise.allSettled(loops);
}
