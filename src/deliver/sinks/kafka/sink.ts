import type { Outcome, OutboxRow, SendResult, Sink, SinkReason } from "../../../domain/ports/sink.ts";
import { checkKafka } from "./check.ts";
import { classifyKafkaError, type KafkaVerdict } from "./classify.ts";
import { type KafkaConnection, timeoutsOf } from "./client.ts";
import { messageBytes, topicMessages } from "./message.ts";
import { type ReplaceableProducer, replaceableProducer } from "./producer.ts";

export interface KafkaSinkOptions extends KafkaConnection {
  readonly prefix: string;
  readonly compression?: "none" | "gzip";
  readonly name?: string;
  /** Of body, key and headers; default 1,000,000: below the broker's usual 1 MiB. */
  readonly maxMessageBytes?: number;
}

const MAX_MESSAGE_BYTES = 1_000_000;
/** The broker's limit counts the records of one partition together, so a batch stays below it too. */
const MAX_BATCH_BYTES = 900_000;
/** Leaders move within seconds; a topic that is still unknown then does not exist. */
const UNKNOWN_TOPIC_TRIES = 2;

interface KafkaSinkState {
  readonly producer: ReplaceableProducer;
  unknownTopics: number;
}

/** Events to Kafka. A rejected send means that the whole batch is unknown, so all of it is sent again. */
export function createKafkaSink(options: KafkaSinkOptions): Sink {
  const producer = replaceableProducer(options, options.compression ?? "none");
  const state: KafkaSinkState = { producer, unknownTopics: 0 };
  const { connect, send: sending } = timeoutsOf(options);
  return {
    name: options.name ?? "kafka",
    kind: "kafka",
    // A little more than our own deadlines: they replace the producer, the relay's cannot.
    limits: { maxRows: 500, maxBytes: MAX_BATCH_BYTES, sendTimeoutMs: connect + sending + 1_000 },
    check: (signal) => checkKafka(options, options.prefix, signal),
    send: (batch, signal) => send(options, state, { batch, signal }),
    close: (deadlineMs) => producer.close(deadlineMs),
  };
}

async function send(
  options: KafkaSinkOptions,
  state: KafkaSinkState,
  work: { readonly batch: readonly OutboxRow[]; readonly signal: AbortSignal },
): Promise<SendResult> {
  const limit = options.maxMessageBytes ?? MAX_MESSAGE_BYTES;
  const fitting = work.batch.filter((row) => messageBytes(row) <= limit);
  if (fitting.length > 0) {
    const result = await state.producer.send(topicMessages(options.prefix, fitting), work.signal);
    if (result.kind === "late") return unknown(work.batch, LATE);
    if (result.kind === "error") return failed(classifyKafkaError(result.error), state, work.batch);
  }
  state.unknownTopics = 0;
  return { kind: "settled", outcomes: work.batch.map((row) => outcomeOf(row, limit)) };
}

function outcomeOf(row: OutboxRow, limit: number): Outcome {
  const bytes = messageBytes(row);
  if (bytes <= limit) return { kind: "delivered" };
  const text = `the message has ${bytes} bytes, at most ${limit} are sent; it was not sent`;
  return { kind: "rejected", reason: { slug: "too-large", text } };
}

function failed(verdict: KafkaVerdict, state: KafkaSinkState, batch: readonly OutboxRow[]): SendResult {
  state.unknownTopics = verdict.kind === "unknown-topic" ? state.unknownTopics + 1 : 0;
  switch (verdict.kind) {
    case "too-large":
      return verdict;
    case "stop":
      state.producer.replace();
      return verdict;
    case "unknown-topic":
      if (state.unknownTopics <= UNKNOWN_TOPIC_TRIES) return unknown(batch, verdict.reason);
      state.unknownTopics = 0;
      state.producer.replace();
      return { kind: "stop", reason: verdict.reason };
    case "retry":
      if (verdict.renew) state.producer.replace();
      return unknown(batch, verdict.reason);
  }
}

const LATE: SinkReason = { slug: "deadline", text: "the broker did not answer in time; a new connection is made" };

function unknown(batch: readonly OutboxRow[], reason: SinkReason): SendResult {
  return { kind: "settled", outcomes: batch.map(() => ({ kind: "retry", reason })) };
}
