import type { Producer } from "kafkajs";
import type { Outcome, OutboxRow, SendResult, Sink, SinkCheck } from "../../../domain/ports/sink.ts";
import { EVENT_FAMILIES } from "../../../domain/event.ts";
import { classifyKafkaError, type KafkaVerdict } from "./classify.ts";
import { compressionOf, type KafkaSettings, makeAdmin, makeProducer } from "./client.ts";
import { messageBytes, messageOf, topicOf } from "./message.ts";

export interface KafkaSinkOptions extends KafkaSettings {
  readonly prefix: string;
  readonly name?: string;
  /** Default 1,000,000: below the broker's usual 1 MiB. */
  readonly maxMessageBytes?: number;
}

const CONNECT_MS = 15_000;
const DISCONNECT_MS = 5_000;

/**
 * Events to Kafka. A rejected send means that the whole batch is unknown, so all of it is sent again; the producer is
 * thrown away on every fault that is not a protocol error, because kafkajs does not notice a dead broker by itself.
 */
export function createKafkaSink(options: KafkaSinkOptions): Sink {
  const state: { producer: Producer | null } = { producer: null };
  return {
    name: options.name ?? "kafka",
    kind: "kafka",
    limits: { maxRows: 500, maxBytes: 900_000, sendTimeoutMs: 60_000 },
    check: () => checkKafka(options),
    send: (batch, signal) => send(options, state, { batch, signal }),
    close: (deadlineMs) => drop(state, deadlineMs),
  };
}

async function send(
  options: KafkaSinkOptions,
  state: { producer: Producer | null },
  work: { readonly batch: readonly OutboxRow[]; readonly signal: AbortSignal },
): Promise<SendResult> {
  const limit = options.maxMessageBytes ?? 1_000_000;
  const fitting = work.batch.filter((row) => messageBytes(row) <= limit);
  // Our own deadline may pass while kafkajs still tries: that producer must not be used again.
  const giveUp = () => void drop(state, DISCONNECT_MS);
  work.signal.addEventListener("abort", giveUp, { once: true });
  try {
    state.producer ??= await connected(options, work.signal);
    if (fitting.length > 0) {
      await state.producer.sendBatch({
        acks: -1,
        compression: compressionOf(options.compression),
        topicMessages: byTopic(options.prefix, fitting),
      });
    }
    return {
      kind: "settled",
      outcomes: work.batch.map((row) => (fitting.includes(row) ? { kind: "delivered" } : tooLarge(row, limit))),
    };
  } catch (error) {
    return await failed(classifyKafkaError(error), state, work.batch);
  } finally {
    // The deadline of a send that is over must not end the producer of a later one.
    work.signal.removeEventListener("abort", giveUp);
  }
}

async function failed(
  verdict: KafkaVerdict,
  state: { producer: Producer | null },
  batch: readonly OutboxRow[],
): Promise<SendResult> {
  if (verdict.kind === "too-large") return { kind: "too-large" };
  await drop(state, DISCONNECT_MS);
  if (verdict.kind === "stop") return { kind: "stop", reason: verdict.reason };
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

async function connected(options: KafkaSinkOptions, signal: AbortSignal): Promise<Producer> {
  const producer = makeProducer(options.brokers);
  const connecting = producer.connect();
  try {
    await within(connecting, CONNECT_MS, "connect");
    if (signal.aborted) throw new Error("the send was given up while connecting");
    return producer;
  } catch (error) {
    // A connection that comes too late belongs to nobody, and its socket would keep the whole process alive.
    void connecting.then(() => producer.disconnect()).catch(() => undefined);
    throw error;
  }
}

/** Forgets the producer at once; what it still does is nobody's business. */
async function drop(state: { producer: Producer | null }, deadlineMs: number): Promise<void> {
  const { producer } = state;
  state.producer = null;
  if (producer !== null) await within(producer.disconnect(), deadlineMs, "disconnect").catch(() => undefined);
}

async function within<T>(work: Promise<T>, ms: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took longer than ${ms / 1000} s`)), ms);
  });
  // The loser of the race may still reject later; nobody listens to it any more.
  work.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Connection, then topics: an unknown topic is told before the first event waits for it. */
async function checkKafka(options: KafkaSinkOptions): Promise<readonly SinkCheck[]> {
  const admin = makeAdmin(options.brokers);
  const at = options.brokers.join(", ");
  try {
    await within(admin.connect(), CONNECT_MS, "connect");
    const topics = new Set(await within(admin.listTopics(), CONNECT_MS, "listing topics"));
    const missing = EVENT_FAMILIES.map((family) => topicOf(options.prefix, { family })).filter(
      (topic) => !topics.has(topic),
    );
    const ok = missing.length === 0;
    const detail = ok ? "all topics exist" : `missing: ${missing.join(", ")}`;
    return [
      { name: "connect", ok: true, detail: at, fix: null },
      { name: "topics", ok, detail, fix: ok ? null : "run tripline setup kafka" },
    ];
  } catch (error) {
    const verdict = classifyKafkaError(error);
    const detail = verdict.kind === "too-large" ? "refused" : verdict.reason.text;
    return [
      {
        name: "connect",
        ok: false,
        detail: `${at}: ${detail}`,
        fix: "check outputs.kafka.brokers, and that the broker listens there",
      },
    ];
  } finally {
    await within(admin.disconnect(), DISCONNECT_MS, "disconnect").catch(() => undefined);
  }
}
