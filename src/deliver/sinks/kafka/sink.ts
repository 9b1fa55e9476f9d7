import type { Producer } from "kafkajs";
import type { Outcome, OutboxRow, SendResult, Sink } from "../../../domain/ports/sink.ts";
import { checkKafka } from "./check.ts";
import { classifyKafkaError } from "./classify.ts";
import { compressionOf, type Connected, type KafkaSettings, makeProducer } from "./client.ts";
import { messageBytes, messageOf, topicOf } from "./message.ts";
import { within } from "./within.ts";

export interface KafkaSinkOptions extends KafkaSettings {
  readonly prefix: string;
  readonly name?: string;
  /** Default 1,000,000: below the broker's usual 1 MiB. */
  readonly maxMessageBytes?: number;
  readonly deadlines?: KafkaDeadlines;
}

/** Milliseconds; kafkajs has no abort and some of its promises never settle. */
export interface KafkaDeadlines {
  readonly connect: number;
  readonly send: number;
  readonly check: number;
}

const DEADLINES: KafkaDeadlines = { connect: 15_000, send: 60_000, check: 15_000 };
const MAX_MESSAGE_BYTES = 1_000_000;

interface Link {
  producer: Connected<Producer> | null;
}

/**
 * Events to Kafka. A rejected send means that the whole batch is unknown, so all of it is sent again, and by a new
 * producer: kafkajs does not notice a dead broker by itself, and the retry may cut the rows into other batches, which
 * the sequence numbers of the old producer would not fit.
 */
export function createKafkaSink(options: KafkaSinkOptions): Sink {
  const link: Link = { producer: null };
  const { connect, send: sendMs, check } = options.deadlines ?? DEADLINES;
  return {
    name: options.name ?? "kafka",
    kind: "kafka",
    limits: { maxRows: 500, maxBytes: 900_000, sendTimeoutMs: sendMs },
    check: (signal) => checkKafka(options, { what: "the check", ms: check, signal }),
    send: (batch, signal) => send(options, link, { batch, signal, connectMs: connect }),
    close: (deadlineMs) => close(link, deadlineMs),
  };
}

interface Work {
  readonly batch: readonly OutboxRow[];
  readonly signal: AbortSignal;
  readonly connectMs: number;
}

async function send(options: KafkaSinkOptions, link: Link, work: Work): Promise<SendResult> {
  const limit = options.maxMessageBytes ?? MAX_MESSAGE_BYTES;
  const fitting = work.batch.filter((row) => messageBytes(row) <= limit);
  try {
    if (fitting.length > 0) await produce(options, link, { ...work, batch: fitting });
  } catch (error) {
    return failed(error, work.batch);
  }
  const fits = new Set(fitting);
  return {
    kind: "settled",
    outcomes: work.batch.map((row) => (fits.has(row) ? { kind: "delivered" } : tooLarge(row, limit))),
  };
}

/**
 * Throws what kafkajs throws. While a send is under way nobody else can reach its producer; it comes back only after
 * success, or when merely a message was too large for the broker.
 */
async function produce(options: KafkaSinkOptions, link: Link, { batch, signal, connectMs }: Work): Promise<void> {
  signal.throwIfAborted();
  const connected = link.producer ?? makeProducer(options.brokers);
  const isNew = link.producer === null;
  link.producer = null;
  try {
    if (isNew) await within(connected.role.connect(), { what: "connect", ms: connectMs, signal });
    const topicMessages = byTopic(options.prefix, batch);
    const sent = connected.role.sendBatch({ acks: -1, compression: compressionOf(options.compression), topicMessages });
    await within(sent, { what: "send", ms: options.deadlines?.send ?? DEADLINES.send, signal });
    link.producer = connected;
  } catch (error) {
    if (classifyKafkaError(error).kind === "too-large") link.producer = connected;
    else connected.giveUp();
    throw error;
  }
}

async function close(link: Link, deadlineMs: number): Promise<void> {
  const { producer } = link;
  link.producer = null;
  if (producer === null) return;
  await within(producer.role.disconnect(), { what: "disconnect", ms: deadlineMs }).catch(() => undefined);
  producer.giveUp();
}

function failed(error: unknown, batch: readonly OutboxRow[]): SendResult {
  const verdict = classifyKafkaError(error);
  if (verdict.kind === "too-large" || verdict.kind === "stop") return verdict;
  return { kind: "settled", outcomes: batch.map((): Outcome => ({ kind: "retry", reason: verdict.reason })) };
}

function tooLarge(row: OutboxRow, limit: number): Outcome {
  const text = `the message has ${messageBytes(row)} bytes, at most ${limit} are sent`;
  return { kind: "rejected", reason: { slug: "too-large", text } };
}

function byTopic(prefix: string, rows: readonly OutboxRow[]) {
  const topics = Map.groupBy(rows, (row) => topicOf(prefix, row));
  return [...topics].map(([topic, all]) => ({
    topic,
    messages: all.map((row) => ({ ...messageOf(row), headers: { ...messageOf(row).headers } })),
  }));
}
