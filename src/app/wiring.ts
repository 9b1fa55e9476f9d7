import { readFileSync } from "node:fs";
import type { LoadedConfig } from "../config/load.ts";
import { processEnvironment } from "../config/environment.ts";
import type { Vantage } from "../domain/cycle.ts";
import type { Clock } from "../domain/ports/clock.ts";
import { timeOrderedId } from "../lib/ids.ts";
import { monotonicClock, wallClock } from "../lib/time.ts";
import { parseScoringRules, type ScoringRules } from "../score/weigh/rules.ts";
import { type LockHolder, lockHolder } from "../store/lock.ts";
import { openStore } from "../store/open.ts";
import { packagePath } from "../config/package-root.ts";
import { seenAs } from "../config/settings.ts";

/** The only place that constructs things; everything else is handed what it needs. */

export function systemClock(): Clock {
  return { now: wallClock, monotonic: monotonicClock };
}

/** A clock that stands at one moment: recorded scans bring their own time. */
export function stoppedClock(at: number): Clock {
  return { now: () => at, monotonic: () => 0 };
}

/** The scoring rules that ship with the program. Throws when the file is damaged: that is a broken installation. */
export function scoringRules(): ScoringRules {
  const path = packagePath("rules", "scoring", "default.yaml");
  const rules = parseScoringRules(readFileSync(path, "utf8"), path);
  if (!rules.ok)
    throw new Error(`the scoring rules are damaged; install the program again:\n${rules.error.join("\n")}`);
  return rules.value;
}

/** `agent`: for writing, by the daemon; a command that ends by itself takes `write`. */
export function openState(directory: string, access: "read" | "write" | "agent", maxSizeBytes?: number) {
  const role = access === "agent" ? "agent" : "command";
  return openStore({
    directory,
    access: access === "read" ? "read" : "write",
    role,
    now: wallClock(),
    newId: () => timeOrderedId(wallClock()),
    pid: process.pid,
    ...(maxSizeBytes === undefined ? {} : { maxSizeBytes }),
  });
}

/** A store that was opened, with all its repositories. */
export type OpenState = Extract<ReturnType<typeof openState>, { ok: true }>["value"];

/** The vantage as events name it; `name` defaults to the segment. */
export function vantageOf(
  loaded: LoadedConfig,
  found: { readonly sourceAddress: string | null; readonly mac: string | null; readonly raw: boolean },
): Vantage {
  const { config } = loaded;
  return {
    name: config.vantage.name ?? config.segment,
    segment: config.segment,
    closed: config.vantage.closed,
    hostname: processEnvironment()["HOSTNAME"] ?? null,
    sourceAddress: seenAs(config.vantage.seen_as, found.sourceAddress),
    mac: found.mac,
    privilege: found.raw ? "single" : "connect",
  };
}

/** Who holds the state for writing, the agent or a command; null when nobody does. */
export function stateHolder(directory: string): LockHolder | null {
  return lockHolder(directory);
}
