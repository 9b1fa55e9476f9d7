import type { LoadedConfig } from "../config/load.ts";
import type { HealthNotice } from "../domain/event.ts";
import type { Profile } from "../domain/scan-plan.ts";
import { err, ok, type Result } from "../lib/result.ts";
import type { CycleReport } from "../pipeline/cycle-report.ts";
import { singleFlight } from "../schedule/single-flight.ts";
import { periodOf, type Rhythm, startTicker, type Ticker } from "../schedule/ticker.ts";
import type { Telemetry } from "../telemetry/happenings.ts";
import { type HealthSource, watchHealth } from "./agent-health.ts";
import { openRelays, type Relays } from "./delivery.ts";
import { type LiveScanner, prepareLive } from "./live.ts";
import type { OperationFailure } from "./operations/failure.ts";
import { scanLive } from "./operations/scan-live.ts";
import { recordNotices } from "./operations/tell.ts";
import { sweepState } from "./operations/sweep-state.ts";
import { openState, type OpenState, systemClock } from "./wiring.ts";

/** The daemon: schedules, one cycle at a time, a relay per output, health on loopback. */
export interface AgentOptions {
  readonly loaded: LoadedConfig;
  readonly stateDirectory: string;
  readonly telemetry: Telemetry;
  /** One cycle, then stop. */
  readonly once: boolean;
  /** Serves health on an address; null: not at all. Rejects when the address cannot be had. */
  readonly serve: ((source: HealthSource, listen: string) => Promise<HealthServer>) | null;
}

export interface HealthServer {
  readonly url: string;
  close(): Promise<void>;
}

export interface Agent {
  readonly healthUrl: string | null;
  /** Resolves when the agent has stopped after the signal (or after the one cycle). */
  readonly stopped: Promise<void>;
}

/** Longest a stopping agent sends what was just committed. */
const LAST_FLUSH_MS = 10_000;
const DEFAULT_SCHEDULE = "*/30 * * * *";

/** Starts in the order of dependence; what cannot start refuses with a code and leaves nothing behind. */
export async function startAgent(options: AgentOptions, signal: AbortSignal): Promise<Result<Agent, OperationFailure>> {
  const { loaded, stateDirectory, telemetry } = options;
  const opened = openState(stateDirectory, "write", loaded.config.store.max_size);
  if (!opened.ok) return err(opened.error);
  const store = opened.value;
  const live = prepareLive(loaded, stateDirectory);
  if (!live.ok) {
    store.close();
    return live;
  }
  const tell = (notice: HealthNotice) => void recordNotices({ store, loaded, telemetry }, [notice]);
  const relays = await openRelays({ loaded, stateDirectory, outbox: store.outbox, telemetry, onHealth: tell });
  const parts: Parts = { options, store, live: live.value, relays };
  const health = await listen(parts);
  if (!health.ok) {
    await relays.close();
    store.close();
    return health;
  }
  return ok({ healthUrl: health.value?.url ?? null, stopped: life(parts, health.value, signal) });
}

/** Works, and closes whatever happens. */
async function life(parts: Parts, health: HealthServer | null, signal: AbortSignal): Promise<void> {
  try {
    await work(parts, signal);
  } finally {
    await shutDown(parts, health);
  }
}

interface Parts {
  readonly options: AgentOptions;
  readonly store: OpenState;
  readonly live: LiveScanner;
  readonly relays: Relays;
}

async function listen({ options, store }: Parts): Promise<Result<HealthServer | null, OperationFailure>> {
  if (options.serve === null) return ok(null);
  const { listen: address } = options.loaded.config.web;
  try {
    return ok(await options.serve(watchHealth(store, options.telemetry), address));
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    return err({
      code: "TL501",
      exit: 78,
      what: `health and metrics cannot be served on ${address} (${code})`,
      effect: "The agent was not started.",
      fix: "Free the address, choose another web.listen, or start with --no-web.",
    });
  }
}

/** Runs until the signal: relays in their own rhythm, cycles one at a time. */
async function work(parts: Parts, signal: AbortSignal): Promise<void> {
  const { options, store, relays } = parts;
  const { telemetry, loaded } = options;
  const notices = await openingNotices(parts);
  await recordNotices({ store, loaded, telemetry }, notices);
  const relaying = new AbortController();
  const running = relays.relays.map((relay) => relay.run(relaying.signal));
  await cycles(parts, signal);
  await recordNotices({ store, loaded, telemetry }, [notice("agent-stopped", "Agent stopped.")]);
  relaying.abort();
  await Promise.allSettled(running);
  await flush(relays);
}

async function openingNotices({ store, options }: Parts): Promise<readonly HealthNotice[]> {
  const { interrupted, warnings } = store;
  for (const warning of warnings) options.telemetry.log.warn(warning);
  if (interrupted.length > 0)
    options.telemetry.log.warn("an unfinished scan was found; it goes on now if it is young", {
      cycles: interrupted.length,
    });
  return [...store.notices, notice("agent-started", "Agent started.")];
}

function notice(kind: "agent-started" | "agent-stopped", message: string): HealthNotice {
  return { kind, subject: null, message, reason: null, code: null, outcome: "success" };
}

/** A first cycle at once: a fresh or restarted agent should not be blind until its next tick. */
async function cycles(parts: Parts, signal: AbortSignal): Promise<void> {
  const flight = singleFlight();
  const tick = (profile: Profile, resumeWithinMs?: number) => {
    if (signal.aborted) return;
    const resume = resumeWithinMs === undefined ? {} : { resumeWithinMs };
    const started = flight.start(() => oneCycle(parts, { profile, ...resume }, signal));
    if (!started) skipped(parts, profile);
  };
  tick("ports", periodOf(portsRhythm(parts.options.loaded)));
  const tickers = parts.options.once ? [] : startTickers(parts.options.loaded, tick);
  if (!parts.options.once) await aborted(signal);
  for (const ticker of tickers) ticker.stop();
  await flight.settled();
}

function startTickers(loaded: LoadedConfig, tick: (profile: Profile) => void): readonly Ticker[] {
  const { profiles } = loaded.config;
  const ports = portsRhythm(loaded);
  const deep = profiles.deep === undefined ? null : rhythmOf(profiles.deep);
  const clock = systemClock();
  const now = () => clock.now();
  const portsTicker = startTicker(ports, () => tick("ports"), now);
  return deep === null ? [portsTicker] : [portsTicker, startTicker(deep, () => tick("deep"), now)];
}

function portsRhythm({ config: { schedule, every, profiles } }: LoadedConfig): Rhythm {
  return rhythmOf(profiles.ports ?? { schedule, every }) ?? { cron: DEFAULT_SCHEDULE };
}

function rhythmOf(setting: {
  readonly schedule?: string | undefined;
  readonly every?: number | undefined;
}): Rhythm | null {
  if (setting.every !== undefined) return { everyMs: setting.every };
  return setting.schedule === undefined ? null : { cron: setting.schedule };
}

function skipped({ options }: Parts, profile: Profile): void {
  const counter = { name: "tripline_cycles_skipped_total", labels: { profile } };
  options.telemetry.happened({
    level: "warn",
    message: "tick skipped: a scan is still running",
    fields: { profile },
    counter,
  });
}

/** A cycle that throws is a bug or a failed store: it is told loudly, and the next tick tries again. */
async function oneCycle(
  parts: Parts,
  what: { readonly profile: Profile; readonly resumeWithinMs?: number },
  signal: AbortSignal,
): Promise<void> {
  const { options, store, live, relays } = parts;
  try {
    const report = await scanLive({
      loaded: options.loaded,
      live,
      store: store.cycles,
      ...what,
      learn: true,
      learnScans: null,
      signal,
    });
    if (!report.ok) return refused(options.telemetry, report.error);
    told(options.telemetry, report.value);
    for (const relay of relays.relays) relay.wake();
    await sweepState(store, options.stateDirectory, options.loaded);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const counter = { name: "tripline_cycles_total", labels: { outcome: "error" } };
    options.telemetry.happened({
      level: "error",
      message: "cycle failed; nothing of it was learned",
      fields: { reason },
      counter,
    });
  }
}

function refused(telemetry: Telemetry, { what, fix, code }: OperationFailure): void {
  const counter = { name: "tripline_cycles_total", labels: { outcome: "refused" } };
  telemetry.happened({ level: "error", message: "nothing was scanned", fields: { reason: what, fix, code }, counter });
}

function told(telemetry: Telemetry, report: CycleReport): void {
  const { metrics } = telemetry;
  if (report.state === "interrupted") {
    return telemetry.happened({
      level: "warn",
      message: "cycle interrupted; nothing was learned",
      counter: { name: "tripline_cycles_total", labels: { outcome: "interrupted" } },
    });
  }
  const { summary, steps, events, vantage } = report;
  metrics.set("tripline_last_cycle_timestamp_seconds", report.endedAt / 1000);
  metrics.set("tripline_last_cycle_duration_seconds", (report.endedAt - report.startedAt) / 1000);
  metrics.set("tripline_hosts_up", summary.hosts.up);
  for (const step of steps) metrics.count("tripline_anomaly_steps_total", { transition: step.transition });
  const fields = {
    completeness: summary.completeness,
    vantage: vantage.state,
    up: summary.hosts.up,
    anomalies: steps.length,
    events,
    learning: report.learning,
  };
  telemetry.happened({
    level: "info",
    message: "cycle finished",
    fields,
    counter: { name: "tripline_cycles_total", labels: { outcome: summary.completeness } },
  });
}

async function flush(relays: Relays): Promise<void> {
  await Promise.allSettled(relays.relays.map((relay) => relay.drain(AbortSignal.timeout(LAST_FLUSH_MS))));
}

async function shutDown({ relays, store }: Parts, health: HealthServer | null): Promise<void> {
  await health?.close();
  await relays.close();
  store.close();
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
