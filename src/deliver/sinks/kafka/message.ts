import type { Message } from "kafkajs";
import { ECS_VERSION, SCHEMA_VERSION } from "../../../domain/event.ts";
import type { OutboxRow } from "../../../domain/ports/sink.ts";

/** `<prefix>.<family>`; dots only, since Kafka's metrics cannot tell a dot from an underscore. */
export function topicOf(prefix: string, row: Pick<OutboxRow, "family">): string {
  return `${prefix}.${row.family}`;
}

/** Key, body and headers of one event; never a partition: a send to one that does not exist is dropped silently. */
export function messageOf(row: OutboxRow): Message {
  return {
    key: row.key,
    value: row.body,
    headers: {
      "content-type": "application/json",
      "event-id": row.id,
      "ecs-version": ECS_VERSION,
      "schema-version": SCHEMA_VERSION,
    },
  };
}

/** Bytes of key, body and headers, as the broker's limit counts them. */
export function messageBytes(row: OutboxRow): number {
  return Buffer.byteLength(row.key) + Buffer.byteLength(row.body) + 200;
}
