import type { AuditEntry } from "../../domain/event.ts";
import { encodeAudit } from "../../events/audit.ts";
import { eventContext } from "../operations/event-context.ts";
import type { Asker, Desk } from "../operations/operation.ts";
import { userName } from "./user-name.ts";

export interface ReloadTold {
  readonly kind: "config-loaded" | "config-rejected";
  readonly reason: string;
  /** Undefined: a signal asked, and nobody knows who sent it. */
  readonly asker: Asker | undefined;
}

/** The entry and the event of a configuration that was read again. */
export async function recordReload(desk: Desk, { kind, reason, asker }: ReloadTold): Promise<void> {
  const { clock, ids } = desk.runtime;
  const entry: AuditEntry = {
    id: ids.next(),
    kind,
    at: clock.now(),
    by: asker === undefined ? "agent" : userName(asker.uid),
    via: asker?.via ?? "config",
    ...(asker === undefined ? {} : { uid: asker.uid }),
    object: "config",
    reason,
    until: null,
    before: null,
    after: null,
    anomalyId: null,
  };
  const { cycles } = desk.store;
  const context = eventContext(desk, await cycles.installId());
  await cycles.commitOperator({
    audit: entry,
    anomalies: [],
    hosts: [],
    baseline: null,
    addMutes: [],
    removeMutes: [],
    events: [encodeAudit(entry, context, null)],
  });
}
