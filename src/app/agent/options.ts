import type { LoadedConfig } from "../../config/load.ts";
import type { ConfigFailure } from "../../config/problems.ts";
import type { Result } from "../../lib/result.ts";
import type { Timer } from "../control/read-request.ts";
import type { Runtime } from "../runtime.ts";
import type { HealthServer, HealthSource } from "./watch-health.ts";

/** The daemon: schedules, one cycle at a time, a relay per output, health on loopback. */
export interface AgentOptions {
  readonly runtime: Runtime;
  readonly loaded: LoadedConfig;
  readonly stateDirectory: string;
  /** One cycle, then stop. */
  readonly once: boolean;
  /** Reads the configuration again, for a reload. */
  readonly reread: () => Reading;
  /** Serves health on an address; null: not at all. Rejects when the address cannot be had. */
  readonly serve: ((source: HealthSource, listen: string) => Promise<HealthServer>) | null;
  /** Deadlines of the control socket; default: timers of the process. */
  readonly after?: Timer;
}

/** A configuration that was read again, or why it must not be used. */
export type Reading = Result<LoadedConfig, ConfigFailure>;
