import type { Delivery } from "../../app/delivery.ts";

/** What waits and why; with an output that refused, also what that means and where to look. */
export function renderDelivery({ waiting, reasons }: Delivery): string {
  if (reasons.length === 0) return `${waiting} events wait in the outbox; --emit or tripline run sends them`;
  const lines = reasons.map((reason) => `tripline: ${reason}`);
  return [
    ...lines,
    `  effect  ${waiting} events wait in the outbox; nothing is lost`,
    "  fix     tripline doctor checks every output; then tripline scan --emit or tripline run sends them",
  ].join("\n");
}
