import { setTimeout as pause } from "node:timers/promises";
import kafkajs, { type Admin, type Consumer, type IHeaders, type KafkaMessage } from "kafkajs";
import { freshTopicPrefix } from "../fresh-names.ts";
import { kafkaClient } from "./topics.ts";
import { PATIENCE_MS } from "../patience.ts";

export interface TopicMessage {
  readonly partition: number;
  readonly offset: bigint;
  readonly key: string | undefined;
  /** As it is in the topic, for comparison byte by byte. */
  readonly value: Buffer;
  readonly headers: ReadonlyMap<string, string>;
}

/** When to stop reading; without any of these, at the end the topic has now. */
export interface ReadUntil {
  /** That many messages have arrived. */
  readonly count?: number;
  /** A message whose header `event-id` is this has arrived. */
  readonly untilId?: string;
  /** Default: a quarter of the time a test has. */
  readonly timeoutMs?: number;
}

/** All messages from the topic's beginning, in order of arrival. Throws when the wanted ones do not come in time. */
export async function readTopic(
  brokers: readonly string[],
  topic: string,
  until: ReadUntil = {},
): Promise<TopicMessage[]> {
  const kafka = kafkaClient(brokers);
  const admin = kafka.admin();
  const consumer = kafka.consumer({
    groupId: freshTopicPrefix(),
    sessionTimeout: 6000,
    heartbeatInterval: 500,
    maxWaitTimeInMs: 100,
  });
  await admin.connect();
  try {
    const isDone = await stopRule(admin, topic, until);
    if (isDone([])) return [];
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    return await collect(consumer, isDone, until.timeoutMs ?? PATIENCE_MS / 4);
  } finally {
    await consumer.disconnect();
    await admin.disconnect();
  }
}

type StopRule = (messages: readonly TopicMessage[]) => boolean;

async function stopRule(admin: Admin, topic: string, { count, untilId }: ReadUntil): Promise<StopRule> {
  if (count !== undefined) return (messages) => messages.length >= count;
  if (untilId !== undefined) return (messages) => messages.at(-1)?.headers.get("event-id") === untilId;
  const offsets = await offsetsOf(admin, topic);
  // Topics of a test are neither compacted nor transactional: each offset is one message.
  const total = offsets.reduce((sum, { low, high }) => sum + BigInt(high) - BigInt(low), 0n);
  return (messages) => BigInt(messages.length) >= total;
}

/** A leader that is known, but not at work yet or not up to date: of a new topic, or after it has moved. */
const NOT_READY: readonly string[] = ["NOT_LEADER_FOR_PARTITION", "LEADER_NOT_AVAILABLE"];

async function offsetsOf(admin: Admin, topic: string, tries = 50): ReturnType<Admin["fetchTopicOffsets"]> {
  try {
    return await admin.fetchTopicOffsets(topic);
  } catch (error) {
    const starting = error instanceof kafkajs.KafkaJSProtocolError && NOT_READY.includes(error.type);
    if (!starting || tries === 0) throw error;
    await pause(100);
    return offsetsOf(admin, topic, tries - 1);
  }
}

function collect(consumer: Consumer, isDone: StopRule, timeoutMs: number): Promise<TopicMessage[]> {
  return new Promise((resolve, reject) => {
    const messages: TopicMessage[] = [];
    const tooLate = (): void => reject(new Error(`only ${messages.length} messages arrived within ${timeoutMs} ms`));
    const timer = setTimeout(tooLate, timeoutMs);
    const take = async (partition: number, message: KafkaMessage): Promise<void> => {
      messages.push(toTopicMessage(partition, message));
      if (!isDone(messages)) return;
      clearTimeout(timer);
      resolve([...messages]);
    };
    consumer.run({ eachMessage: ({ partition, message }) => take(partition, message) }).catch(reject);
  });
}

function toTopicMessage(partition: number, { offset, key, value, headers }: KafkaMessage): TopicMessage {
  return {
    partition,
    offset: BigInt(offset),
    key: key?.toString(),
    value: value ?? Buffer.alloc(0),
    headers: new Map(Object.entries(headers ?? {}).map(headerText)),
  };
}

function headerText([name, value]: [string, IHeaders[string]]): [string, string] {
  const first = Array.isArray(value) ? value[0] : value;
  return [name, first?.toString() ?? ""];
}
