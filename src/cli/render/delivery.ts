import type { Delivery } from "../../app/delivery.ts";

/** What was refused, what waits and why, and where to look; empty when there is nothing to tell. Quiet: only what went wrong. */
export function renderDelivery(delivery: Delivery, quiet: boolean): string {
  const parts = [
    ...refusedText(delivery),
    ...(delivery.reasons.length > 0 ? [unreachableText(delivery)] : waitingText(delivery, quiet)),
  ];
  return parts.join("\n");
}

function refusedText({ refused, kept }: Delivery): readonly string[] {
  return refused.map(({ output, events, slug, reason }) => {
    const fix = kept
      ? `tripline outbox dead --sink ${output} shows each`
      : "--state DIR keeps the store and what was refused";
    return [
      `tripline: ${count(events, "was", "were")} refused by output ${output} (${slug}: ${reason})`,
      `  effect  ${kept ? "they are in the dead letters and are not sent again" : "they are gone with the temporary store"}`,
      `  fix     mend what the reason names; ${fix}`,
    ].join("\n");
  });
}

function unreachableText({ waiting, reasons, kept }: Delivery): string {
  const what = count(waiting, "waits", "wait");
  return [
    ...reasons.map((reason) => `tripline: ${reason}`),
    `  effect  ${kept ? `${what} in the outbox; nothing is lost` : `${count(waiting, "is", "are")} gone with the temporary store`}`,
    `  fix     tripline doctor checks every output; then ${kept ? "tripline scan --emit or tripline run sends them" : "run this again, or keep the store with --state DIR"}`,
  ].join("\n");
}

function waitingText({ waiting, kept }: Delivery, quiet: boolean): readonly string[] {
  if (waiting === 0 || quiet || !kept) return [];
  return [`${count(waiting, "waits", "wait")} in the outbox; sent by --emit or tripline run`];
}

function count(events: number, one: string, more: string): string {
  return events === 1 ? `1 event ${one}` : `${events} events ${more}`;
}
