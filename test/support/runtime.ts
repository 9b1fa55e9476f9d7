import { createRuntime, type StateAccess } from "../../src/app/runtime.ts";
import type { Ground, Site } from "../../src/app/operations/operation.ts";
import type { LoadedConfig } from "../../src/config/load.ts";
import type { Clock } from "../../src/domain/ports/clock.ts";

/** What this machine gives, for tests that work as a command does; it logs nothing. */
export const RUNTIME = createRuntime();

export function openState(directory: string, access: StateAccess, maxSizeBytes?: number) {
  return RUNTIME.openState(directory, access, maxSizeBytes);
}

export function siteOf(loaded: LoadedConfig, stateDirectory: string): Site {
  return { runtime: RUNTIME, loaded, stateDirectory };
}

export function groundOf(loaded: LoadedConfig | null, stateDirectory: string | null): Ground {
  return { runtime: RUNTIME, loaded, stateDirectory };
}

/** A clock that is at one moment. */
export function stoppedClock(at: number): Clock {
  return { now: () => at, monotonic: () => 0 };
}
