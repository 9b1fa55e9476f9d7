import type { LoadedConfig } from "../../config/load.ts";
import { type ConfigFailure, problemLines } from "../../config/problems.ts";
import { evaluateDeclarations } from "../operations/evaluate-declared.ts";
import type { Asker } from "../operations/operation.ts";
import type { Reloaded } from "./operations.ts";
import { type AgentParts, deskOf, type Setup } from "./parts.ts";
import { recordReload, type ReloadTold } from "./record-reload.ts";
import { tellSetup } from "./telling-setup.ts";

export interface ReloadWish {
  readonly signal: AbortSignal;
  /** Absent: a signal asks, and nobody knows who sent it. */
  readonly asker?: Asker | undefined;
}

/**
 * Reads the configuration again and, when it is good, puts it in effect between two cycles. A bad one is logged line by
 * line, audited and shown by `status`, and changes nothing. Never throws: an agent that works must keep working. Null:
 * the agent is stopping.
 */
export async function reloadInto(parts: AgentParts, { signal, asker }: ReloadWish): Promise<Reloaded | null> {
  let redact = parts.setup.loaded.redact;
  try {
    const read = parts.options.reread();
    const former = redact;
    if (read.ok) redact = (text) => read.value.redact(former(text));
    if (!read.ok) return await reject(parts, linesOf(read.error), asker);
    const { runtime, stateDirectory } = parts.options;
    const live = runtime.live(read.value, stateDirectory);
    if (!live.ok) return await reject(parts, [`${live.error.what} (${live.error.code}); ${live.error.fix}`], asker);
    return await betweenCycles(parts, () => apply(parts, { loaded: read.value, live: live.value }, { signal, asker }));
  } catch (error) {
    return reject(parts, [redact(error instanceof Error ? error.message : String(error))], asker);
  }
}

function linesOf({ problems, text, path }: ConfigFailure): readonly string[] {
  return problems.length > 0 ? problemLines(path ?? "tripline.yaml", problems) : [text];
}

/** Nothing changes under a running cycle; what waits for its end takes the place of the next one for a moment. */
function betweenCycles<T>({ flight }: AgentParts, work: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const attempt = (): void => {
      const started = flight.start(() => work().then(resolve, reject));
      if (!started) void flight.settled().then(attempt);
    };
    attempt();
  });
}

async function apply(parts: AgentParts, setup: Setup, { signal, asker }: ReloadWish): Promise<Reloaded | null> {
  if (signal.aborted) return null;
  const { telemetry } = parts.options.runtime;
  const { path, warnings, config } = setup.loaded;
  for (const line of problemLines(path ?? "tripline.yaml", warnings))
    telemetry.happened("config-warning", { fields: { problem: line } });
  const afterRestart = needsRestart(parts.setup.loaded, setup.loaded);
  for (const key of afterRestart) telemetry.happened("config-needs-restart", { fields: { key } });
  await parts.relaying.start(setup.loaded);
  parts.setup = setup;
  parts.schedule?.restart(setup.loaded);
  parts.rejected = null;
  tellSetup(telemetry, setup.loaded);
  const fields = { segment: config.segment, targets: config.targets };
  telemetry.happened("config-loaded", { fields });
  await audit(parts, { kind: "config-loaded", reason: "reload", asker });
  await compareDeclared(parts, signal);
  return { inEffect: true, problems: [], afterRestart };
}

/** What is declared may have changed with it: the last scan is held against it now, not only the next one. */
async function compareDeclared(parts: AgentParts, signal: AbortSignal): Promise<void> {
  const { telemetry } = parts.options.runtime;
  const { raw } = parts.setup.live;
  try {
    const report = await evaluateDeclarations(deskOf(parts), { cause: "declarations-changed", raw, signal });
    if (report === null) return;
    const count = (transition: string) => report.steps.filter((step) => step.transition === transition).length;
    const counts = { opened: count("opened"), resolved: count("resolved") };
    telemetry.happened("declarations-compared", { fields: counts });
    parts.relaying.wake();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    telemetry.happened("declarations-not-compared", { fields: { reason } });
  }
}

/** The socket and the size of the database were made with the previous values. */
function needsRestart(before: LoadedConfig, after: LoadedConfig): readonly string[] {
  return [
    ...(before.config.web.listen === after.config.web.listen ? [] : ["web.listen"]),
    ...(before.config.store.max_size === after.config.store.max_size ? [] : ["store.max_size"]),
  ];
}

async function reject(parts: AgentParts, lines: readonly string[], asker: Asker | undefined): Promise<Reloaded> {
  const { telemetry } = parts.options.runtime;
  for (const line of lines) telemetry.happened("config-problem", { fields: { problem: line } });
  telemetry.happened("config-rejected", { fields: { problems: lines.length } });
  telemetry.metrics.set("tripline_config_last_reload_successful", 0);
  const more = lines.length > 1 ? `; ${lines.length - 1} more` : "";
  parts.rejected = `configuration rejected, the previous one stays in effect: ${lines[0] ?? "unreadable"}${more}`;
  await audit(parts, { kind: "config-rejected", reason: `${lines[0] ?? "unreadable"}${more}`, asker });
  return { inEffect: false, problems: lines, afterRestart: [] };
}

/** Visible from outside through the audit: `status` reads it, the SIEM gets the event. */
async function audit(parts: AgentParts, told: ReloadTold): Promise<void> {
  try {
    await recordReload(deskOf(parts), told);
    parts.relaying.wake();
  } catch (error) {
    parts.options.runtime.telemetry.happened("reload-not-recorded", { fields: { reason: String(error) } });
  }
}
