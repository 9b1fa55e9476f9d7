import type { Delivery } from "../../app/delivery.ts";

/** What waits and why; with an output that refused, also what that means and where to look. */
export function renderDelivery({ waiting, reasons }: Delivery): string {
  const what = waiting === 1 ? "1 event waits" : `${waiting} events wait`;
  if (reasons.length === 0) return `${what} in the outbox; sent by --emit or tripline run`;
  const lines = reasons.map((reason) => `tripline: ${reason}`);
  return [
    ...lines,
    `  effect  ${what} in the outbox; nothing is lost`,
    "  fix     tripline doctor checks every output; then tripline scan --emit or tripline run sends them",
  ].join("\n");
}
