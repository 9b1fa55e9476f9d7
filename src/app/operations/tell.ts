import type { LoadedConfig } from "../../config/load.ts";
import type { HealthNotice } from "../../domain/event.ts";
import { encodeHealth } from "../../events/health.ts";
import { createTelemetry, type Telemetry } from "../../telemetry/happenings.ts";
import { silentLogger } from "../../telemetry/logger.ts";
import { createMetrics } from "../../telemetry/metrics.ts";
import { eventContext } from "./event-context.ts";
import type { OpenState } from "../wiring.ts";

export interface Teller {
  readonly store: OpenState;
  readonly loaded: LoadedConfig;
  readonly telemetry: Telemetry;
}

/** Health that arises outside a cycle becomes events in a commit of their own. Never throws: health is a courtesy. */
export async function recordNotices(
  { store, loaded, telemetry }: Teller,
  notices: readonly HealthNotice[],
): Promise<void> {
  if (notices.length === 0) return;
  try {
    const context = eventContext(loaded, await store.cycles.installId());
    await store.cycles.commitHealth(
      (at) => notices.map((notice) => encodeHealth(notice, context, at)),
      context.committedAt,
    );
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    telemetry.log.error("health could not be recorded", { reason, kinds: notices.map((notice) => notice.kind) });
  }
}

/**
 * What happened to the state when a one-shot command opened it for writing: a damaged store was set aside, commits are
 * gone. Nobody is told twice, so it is recorded now; the sentences are for whoever gave the command.
 */
export async function tellOpening(store: OpenState, loaded: LoadedConfig | null): Promise<readonly string[]> {
  const telemetry = createTelemetry(silentLogger(), createMetrics());
  if (loaded !== null) await recordNotices({ store, loaded, telemetry }, store.notices);
  return [...store.warnings, ...store.notices.map(({ message, code }) => `${message} (${code})`)];
}
