import type { HealthNotice } from "../../domain/event.ts";
import { encodeHealth } from "../../events/health-event.ts";
import { eventContext } from "./event-context.ts";
import type { Desk, Ground } from "./operation.ts";

/**
 * Health notices outside a cycle become events in a separate commit. Never throws: a missing notice must not stop the
 * work.
 */
export async function recordNotices(
  desk: Pick<Desk, "runtime" | "loaded" | "store">,
  notices: readonly HealthNotice[],
): Promise<void> {
  if (notices.length === 0) return;
  const { store, runtime } = desk;
  try {
    const context = eventContext(desk, await store.cycles.installId());
    await store.cycles.commitHealth(
      (at) => notices.map((notice) => encodeHealth(notice, context, at)),
      context.committedAt,
    );
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const fields = { reason, kinds: notices.map((notice) => notice.kind) };
    runtime.telemetry.happened("health-not-recorded", { fields });
  }
}

/**
 * What happened to the state when a one-shot command opened it for writing: a damaged store was set aside, commits are
 * gone. It is reported only once, so it is recorded now; the sentences are for whoever gave the command.
 */
export async function tellOpening({
  runtime,
  loaded,
  store,
}: Ground & Pick<Desk, "store">): Promise<readonly string[]> {
  if (loaded !== null) await recordNotices({ runtime, loaded, store }, store.notices);
  return [...store.warnings, ...store.notices.map(({ message, code }) => `${message} (${code})`)];
}
