import { z } from "zod";
import { isMeant } from "../../domain/anomaly-filter.ts";
import { EVENT_FAMILIES, type EventFamily } from "../../domain/event.ts";
import type { OutboxRow } from "../../domain/ports/sink.ts";
import { ok, type Result } from "../../lib/result.ts";
import { sleep } from "../../lib/time.ts";
import type { OperationFailure } from "../failure.ts";
import type { Desk, During } from "./operation.ts";

/** Which events; every condition that is given must hold. */
export const EVENTS = z.strictObject({
  families: z.array(z.enum(EVENT_FAMILIES)).readonly(),
  severity: z.array(z.string()).readonly().nullable(),
  /** Values of `event.action`. */
  kind: z.array(z.string()).readonly().nullable(),
  /** An address, a network or a name. */
  host: z.string().nullable(),
  /** UTC ms, of the time when they were written; null: any. */
  since: z.number().nullable(),
  /** Only that many of the newest; null: all. */
  last: z.int().nullable(),
  /** Also those to come, until the signal aborts. */
  follow: z.boolean(),
});

type EventsWish = z.infer<typeof EVENTS>;

export interface ReadEvent {
  readonly family: EventFamily;
  readonly severity: string | null;
  /** The ECS document, as every output gets it. */
  readonly body: string;
}

const BATCH = { maxRows: 500, maxBytes: 8 * 1024 ** 2 };
/** A commit is seen after so long; asking costs one look at an index. */
const EVERY_MS = 500;

/** Events in the order in which they were committed, from the durable queue: an agent that runs is not disturbed. */
export function readEvents(
  { store }: Pick<Desk, "store">,
  wish: EventsWish,
  { signal }: During,
): Promise<Result<AsyncIterable<ReadEvent>, OperationFailure>> {
  return Promise.resolve(ok(eventsOf(store.outbox, wish, signal)));
}

type Outbox = Pick<Desk["store"]["outbox"], "readAfter" | "status">;

async function* eventsOf(outbox: Outbox, wish: EventsWish, signal: AbortSignal): AsyncIterable<ReadEvent> {
  const { lastSeq } = await outbox.status();
  for await (const row of pastOf(outbox, wish, lastSeq)) if (!signal.aborted) yield row;
  for (let seen = lastSeq; wish.follow && !signal.aborted; await sleep(EVERY_MS, signal)) {
    for await (const row of rowsAfter(outbox, seen, Number.MAX_SAFE_INTEGER)) {
      seen = row.seq;
      if (fits(row, wish)) yield row;
    }
  }
}

/** What was there at the start: all that fits, or the newest of it. */
async function* pastOf(outbox: Outbox, wish: EventsWish, until: number): AsyncIterable<OutboxRow> {
  const newest: OutboxRow[] = [];
  if (wish.last === 0) return;
  for await (const row of rowsAfter(outbox, 0, until)) {
    if ((wish.since !== null && row.createdAt < wish.since) || !fits(row, wish)) continue;
    if (wish.last === null) yield row;
    else if (newest.push(row) > wish.last) newest.shift();
  }
  yield* newest;
}

async function* rowsAfter(outbox: Outbox, after: number, until: number): AsyncIterable<OutboxRow> {
  for (let seen = after; ; ) {
    const rows = await outbox.readAfter(seen, BATCH);
    for (const row of rows) {
      if (row.seq > until) return;
      seen = row.seq;
      yield row;
    }
    if (rows.length === 0) return;
  }
}

const ABOUT = z.object({
  event: z.object({ action: z.string() }),
  host: z.object({ name: z.string().optional(), ip: z.array(z.string()).optional() }).optional(),
});

/** What is in the row first: most rows are the inventory, which few ask for. */
function fits(row: OutboxRow, { families, severity, kind, host }: EventsWish): boolean {
  if (!families.includes(row.family)) return false;
  if (severity !== null && (row.severity === null || !severity.includes(row.severity))) return false;
  if (kind === null && host === null) return true;
  const about = ABOUT.parse(JSON.parse(row.body));
  if (kind !== null && !kind.includes(about.event.action)) return false;
  return host === null || isAbout(host, about);
}

function isAbout(wanted: string, { host }: z.infer<typeof ABOUT>): boolean {
  const name = host?.name?.toLowerCase() ?? null;
  return (host?.ip ?? []).some((address) => isMeant(wanted, { address, name }));
}
