import type { Message, TopicMessages } from "kafkajs";
import { EVENT_FAMILIES, type EventFamily } from "../../../domain/event.ts";
import type { OutboxRow } from "../../../domain/ports/sink.ts";

/** Topic names use dots only: `.` and `_` are the same character in Kafka's metric names. */
export function topicOf(prefix: string, family: EventFamily): string {
  return `${prefix}.${family}`;
}

export function topicsOf(prefix: string): readonly string[] {
  return EVENT_FAMILIES.map((family) => topicOf(prefix, family));
}

/** Never with a partition: a send to one that does not exist resolves and drops the message. */
function messageOf(row: OutboxRow): Message {
  return { key: row.key, value: row.body, headers: headersOf(row) };
}

/** Rows by topic, in the order of the outbox: order holds per key. */
export function topicMessages(prefix: string, rows: readonly OutboxRow[]): TopicMessages[] {
  const groups = Map.groupBy(rows, (row) => topicOf(prefix, row.family));
  return [...groups].map(([topic, group]) => ({ topic, messages: group.map(messageOf) }));
}

function headersOf(row: OutboxRow): Record<string, string> {
  const { ecs, schema } = versionsOf(row.body);
  return {
    "content-type": "application/json",
    "event-id": row.id,
    ...(ecs === null ? {} : { "ecs-version": ecs }),
    ...(schema === null ? {} : { "schema-version": schema }),
  };
}

/** The versions stand in the body; the headers repeat them for readers that route without parsing. */
function versionsOf(body: string): { ecs: string | null; schema: string | null } {
  const document = parsed(body);
  return { ecs: textAt(document, "ecs", "version"), schema: textAt(document, "tripline", "schema") };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

function textAt(document: unknown, ...path: readonly string[]): string | null {
  const value = path.reduce<unknown>((node, key) => (isRecord(node) ? node[key] : null), document);
  return typeof value === "string" || typeof value === "number" ? String(value) : null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** Body, key and headers: what the broker's limit counts, less some framing. */
export function messageBytes(row: OutboxRow): number {
  const headers = Object.entries(headersOf(row)).reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  return Buffer.byteLength(row.body, "utf8") + Buffer.byteLength(row.key, "utf8") + headers;
}
