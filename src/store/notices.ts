import type { HealthNotice } from "../domain/event.ts";
import type { Mark } from "./mark.ts";

/** Commits that were durable are gone: a log deleted by hand, a restored backup, a lying disk. */
export function rolledBackNotice(lost: { readonly mark: Mark; readonly stored: Mark }): HealthNotice {
  return {
    kind: "store-rolled-back",
    subject: null,
    message: `The store is older than before: it holds commit ${lost.stored.counter} of epoch ${lost.stored.epoch}, but commit ${lost.mark.counter} of epoch ${lost.mark.epoch} had been reached.`,
    reason: "the newest commits were lost with the write-ahead log, or an older copy was restored",
    code: "TL420",
    outcome: "failure",
  };
}

export function resetNotice(reset: { readonly folder: string; readonly events: number }): HealthNotice {
  return {
    kind: "store-reset",
    subject: null,
    message: `The store was damaged and set aside in ${reset.folder}; learning starts again, ${reset.events} undelivered events were saved.`,
    reason: "the database file failed its check",
    code: "TL421",
    outcome: "failure",
  };
}
