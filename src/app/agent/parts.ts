import type { LoadedConfig } from "../../config/load.ts";
import type { Profile } from "../../domain/scan-plan.ts";
import type { SingleFlight } from "../../schedule/single-flight.ts";
import type { AskedScan } from "./asked-scan.ts";
import type { AgentOptions } from "./options.ts";
import type { Desk } from "../operations/operation.ts";
import type { LiveScanner } from "../live.ts";
import type { OpenState } from "../runtime.ts";
import type { Relaying } from "./relaying.ts";
import type { Schedule } from "./schedule.ts";

/** What a configuration means to a running agent. */
export interface Setup {
  readonly loaded: LoadedConfig;
  readonly live: LiveScanner;
}

/** Everything a running agent holds. What may change is first; a reload changes it between two cycles only. */
export interface AgentParts {
  setup: Setup;
  /** Null before the first cycle and with `--once`. */
  schedule: Schedule | null;
  /** Why the newest configuration is not in effect, in one sentence; null: it is. */
  rejected: string | null;
  /** Some cycle was not complete, or its vantage was degraded. */
  incomplete: boolean;
  readonly options: AgentOptions;
  readonly store: OpenState;
  readonly relaying: Relaying;
  readonly flight: SingleFlight;
  /** Scans that somebody asked for while another one ran; they follow it. */
  readonly asked: Map<Profile, AskedScan>;
}

/** The state that this agent holds, for a use case: by the configuration in effect. */
export function deskOf({ options: { runtime, stateDirectory }, setup: { loaded }, store }: AgentParts): Desk {
  return { runtime, loaded, stateDirectory, store };
}
