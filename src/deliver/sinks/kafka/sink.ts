import type { Message } from "kafkajs";
import type { Outcome, OutboxRow, SendResult, Sink } from "../../../domain/ports/sink.ts";
import { checkKafka } from "./check.ts";
import { compressionOf, type ConnectedProducer, type KafkaSettings, makeProducer } from "./client.ts";
import { messageBytes, messageOf, topicOf } from "./message.ts";
import { resultOf, type Sent, verdictOf } from "./outcomes.ts";
import type { KafkaTarget } from "./security.ts";
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

/** A send has failed for one broker: so long the others may still answer for their part. */
const OTHERS_MS = 2_000;
/**
 * A broker that has just handed a partition over does not know it any more, and a new one not yet: only a topic that
 * stays unknown is missing.
 */
const UNKNOWN_TOPIC_TRIES = 3;

interface Link {
  producer: ConnectedProducer | null;
  /** How many times another broker of the list was tried first. */
  turn: number;
  /** Sends in a row that ended with an unknown topic. */
  unknownTopic: number;
}

/**
 * Events to Kafka, each send in one attempt. After one that failed its producer is thrown away: kafkajs does not notice
 * a dead broker by itself, and a new one asks who leads which partition.
 */
export function createKafkaSink(options: KafkaSinkOptions): Sink {
  const link: Link = { producer: null, turn: 0, unknownTopic: 0 };
  const { connect, send: sendMs, check } = options.deadlines ?? DEADLINES;
  const { name = "kafka" } = options;
  return {
    name,
    kind: "kafka",
    // The relay's own deadline comes later than all of ours: what was acknowledged until then still counts.
    limits: { maxRows: 500, maxBytes: 900_000, sendTimeoutMs: connect + sendMs + OTHERS_MS },
    check: (signal) => checkKafka({ ...options, name }, { what: "the check", ms: check, signal }),
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
  const sent = fitting.length > 0 ? await produce(options, link, { ...work, batch: fitting }) : NOTHING;
  const fits = new Set(fitting);
  const result = resultOf(work.batch.map((row) => (fits.has(row) ? verdictOf(row, sent) : tooLarge(row, limit))));
  return believe(result, link, work.batch);
}

/** A missing topic stops the output for a while, so it is believed only when it stays missing. */
function believe(result: SendResult, link: Link, batch: readonly OutboxRow[]): SendResult {
  const unknown = result.kind === "stop" && result.reason.slug === "topic-missing";
  link.unknownTopic = unknown ? link.unknownTopic + 1 : 0;
  if (!unknown) return result;
  if (link.unknownTopic < UNKNOWN_TOPIC_TRIES)
    return { kind: "settled", outcomes: batch.map((): Outcome => ({ kind: "retry", reason: result.reason })) };
  link.unknownTopic = 0;
  return result;
}

const NOTHING: Sent = { codeOf: () => null, error: null };

/**
 * One attempt. While it is under way nobody else can reach its producer; it comes back only when every row was taken,
 * because a request of this send that is still queued would be taken for one of the next.
 */
async function produce(options: KafkaSinkOptions, link: Link, work: Work): Promise<Sent> {
  const { batch, signal } = work;
  if (signal.aborted) return { ...NOTHING, error: new Error("the send was abandoned") };
  const connected = link.producer ?? (await connect(options, link, work));
  if (connected instanceof Error) return { ...NOTHING, error: connected };
  link.producer = null;
  const messages = new Map(batch.map((row) => [row, messageOf(row)]));
  const ledger = connected.newLedger();
  const topicMessages = byTopic(options.prefix, messages);
  const sending = connected.role.sendBatch({
    acks: -1,
    compression: compressionOf(options.compression),
    topicMessages,
  });
  const error = await errorOf(within(sending, { what: "send", ms: options.deadlines?.send ?? DEADLINES.send, signal }));
  if (error !== null) await errorOf(within(ledger.complete(), { what: "send", ms: OTHERS_MS, signal }));
  const codeOf = (row: OutboxRow) => ledger.codeOf(messages.get(row) ?? row);
  if (error === null && batch.every((row) => codeOf(row) === 0)) link.producer = connected;
  else connected.giveUp();
  return { codeOf, error };
}

/** A new producer, begun with the next address of the list after each that did not work. */
async function connect(
  options: KafkaSinkOptions,
  link: Link,
  { signal, connectMs }: Work,
): Promise<ConnectedProducer | Error> {
  const first = link.turn % options.brokers.length;
  const brokers = [...options.brokers.slice(first), ...options.brokers.slice(0, first)];
  const connected = producerOf({ ...options, brokers });
  if (connected instanceof Error) return connected;
  const error = await errorOf(within(connected.role.connect(), { what: "connect", ms: connectMs, signal }));
  if (error === null) return connected;
  connected.giveUp();
  link.turn += 1;
  return error;
}

/** Its certificates may be gone since the configuration was checked. */
function producerOf(target: KafkaTarget): ConnectedProducer | Error {
  try {
    return makeProducer(target);
  } catch (error) {
    return asError(error);
  }
}

/** Null when it went well. */
async function errorOf(work: Promise<unknown>): Promise<Error | null> {
  try {
    await work;
    return null;
  } catch (error) {
    return asError(error);
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

async function close(link: Link, deadlineMs: number): Promise<void> {
  const { producer } = link;
  link.producer = null;
  if (producer === null) return;
  await within(producer.role.disconnect(), { what: "disconnect", ms: deadlineMs }).catch(() => undefined);
  producer.giveUp();
}

function tooLarge(row: OutboxRow, limit: number): Outcome {
  const text = `the message has ${messageBytes(row)} bytes, at most ${limit} are sent`;
  return { kind: "rejected", reason: { slug: "too-large", text } };
}

function byTopic(prefix: string, messages: ReadonlyMap<OutboxRow, Message>) {
  const topics = Map.groupBy(messages, ([row]) => topicOf(prefix, row));
  return [...topics].map(([topic, all]) => ({ topic, messages: all.map(([, message]) => message) }));
}
