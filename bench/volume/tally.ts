import type { EventDocument } from "../../src/domain/event.ts";

export interface Count {
  readonly events: number;
  readonly bytes: number;
}

/** How many events there were of each sort, and how long they were together. */
export type Tally = ReadonlyMap<string, Count>;

export function added(tally: Tally, events: readonly EventDocument[]): Tally {
  const sum = new Map(tally);
  for (const event of events) {
    const sort = sortOf(event);
    const { events: n, bytes } = sum.get(sort) ?? NONE;
    sum.set(sort, { events: n + 1, bytes: bytes + Buffer.byteLength(event.body) });
  }
  return sum;
}

export const NONE: Count = { events: 0, bytes: 0 };

export function total(tally: Tally): Count {
  return [...tally.values()].reduce((a, b) => ({ events: a.events + b.events, bytes: a.bytes + b.bytes }), NONE);
}

/** `anomaly`, `scan`, and observations by unit and cause: `host, refresh`. */
function sortOf({ family, action, body }: EventDocument): string {
  if (family !== "observation") return family;
  const { cause } = JSON.parse(body).tripline.observation;
  return `${action === "host-observed" ? "host" : "service"}, ${cause}`;
}
