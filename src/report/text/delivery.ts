import type { Delivery } from "../model/delivery.ts";
import { labelled, lines, type TextDocument } from "./document.ts";

/** What was refused, what waits and why, and where to look; empty when there is nothing to tell. Quiet: only what went wrong. */
export function deliveryText(delivery: Delivery, quiet: boolean): TextDocument {
  const waiting = delivery.reasons.length > 0 ? unreachableText(delivery) : waitingText(delivery, quiet);
  return [...refusedText(delivery), ...waiting];
}

function refusedText({ refused, kept }: Delivery): TextDocument {
  return refused.flatMap(({ output, events, slug, reason }) => {
    const fix = kept
      ? `tripline outbox dead --sink ${output} shows each`
      : "--state DIR keeps the store and what was refused";
    const effect = kept
      ? "they are in the dead letters and are not sent again"
      : "they were removed with the temporary store";
    return [
      lines(`tripline: ${count(events, "was", "were")} refused by output ${output} (${slug}: ${reason})`),
      labelled([
        ["effect", effect],
        ["fix", `correct what the reason names; ${fix}`],
      ]),
    ];
  });
}

function unreachableText({ waiting, reasons, kept }: Delivery): TextDocument {
  const what = count(waiting, "waits", "wait");
  const effect = kept
    ? `${what} in the outbox; nothing is lost`
    : `${count(waiting, "is", "are")} removed with the temporary store`;
  const then = kept
    ? "tripline scan --emit or tripline run sends them"
    : "run this again, or keep the store with --state DIR";
  return [
    lines(...reasons.map((reason) => `tripline: ${reason}`)),
    labelled([
      ["effect", effect],
      ["fix", `tripline doctor checks every output; then ${then}`],
    ]),
  ];
}

function waitingText({ waiting, kept }: Delivery, quiet: boolean): TextDocument {
  if (waiting === 0 || quiet || !kept) return [];
  return [lines(`${count(waiting, "waits", "wait")} in the outbox; sent by --emit or tripline run`)];
}

function count(events: number, one: string, more: string): string {
  return events === 1 ? `1 event ${one}` : `${events} events ${more}`;
}
