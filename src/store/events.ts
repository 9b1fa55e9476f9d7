import type { EventDocument } from "../domain/event.ts";
import { shortDigest } from "../lib/hash.ts";
import type { Database, Value, Write } from "./database.ts";
import { StoreError } from "./store-error.ts";

/** Appends events to the outbox, in their order. The same event twice changes nothing; another body is a bug. */
export function eventsWriter(database: Database, events: readonly PackedEvent[]): Write {
  return () => {
    for (const event of events) append(database, event);
  };
}

/** An event ready to be bound, with the digest of its frozen body. */
export interface PackedEvent {
  readonly id: string;
  readonly digest: string;
  readonly values: readonly Value[];
}

export function packEvent(event: EventDocument, createdAt: number): PackedEvent {
  const bytes = Buffer.byteLength(event.body, "utf8");
  const digest = shortDigest(event.body);
  const values = [event.family, event.key, event.namespace, event.severity, bytes, digest, createdAt, event.body];
  return { id: event.id, digest, values };
}

function append(database: Database, event: PackedEvent): void {
  const added = database.run(
    `INSERT INTO outbox (event_id, stream, key, namespace, severity, bytes, digest, created_at, body)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (event_id) DO NOTHING`,
    event.id,
    ...event.values,
  );
  if (added === 0) refuseOtherBody(database, event);
}

function refuseOtherBody(database: Database, event: PackedEvent): void {
  const stored = database.one("SELECT digest FROM outbox WHERE event_id = ?", event.id)?.["digest"];
  if (stored === event.digest) return;
  throw new StoreError(
    "conflict",
    `event ${event.id} was stored with body digest ${String(stored)} and now has ${event.digest}: two events share an id, which is a bug; nothing was committed`,
  );
}
