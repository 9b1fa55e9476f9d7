import { setTimeout as pause } from "node:timers/promises";
import kafkajs, { type Admin, type Kafka } from "kafkajs";

/** A client that logs nothing and gives up soon: tests want the error, not the patience. */
export function kafkaClient(brokers: readonly string[]): Kafka {
  const retry = { retries: 5, initialRetryTime: 50, maxRetryTime: 500 };
  return new kafkajs.Kafka({
    clientId: "tripline-test",
    brokers: [...brokers],
    logLevel: kafkajs.logLevel.NOTHING,
    retry,
  });
}

/** Creates the topics and waits until they can be written. */
export async function createTopics(
  brokers: readonly string[],
  topics: readonly string[],
  partitions = 1,
): Promise<void> {
  await createTopicsWith(brokers, topics, { partitions });
}

export interface TopicShape {
  readonly partitions?: number;
  /** Brokers that keep each partition. */
  readonly replicas?: number;
  /** Such as `max.message.bytes`. */
  readonly settings?: Readonly<Record<string, string>>;
}

export async function createTopicsWith(
  brokers: readonly string[],
  topics: readonly string[],
  { partitions = 1, replicas = 1, settings = {} }: TopicShape,
): Promise<void> {
  const configEntries = Object.entries(settings).map(([name, value]) => ({ name, value }));
  const shape = { numPartitions: partitions, replicationFactor: replicas, configEntries };
  await asAdmin(brokers, async (admin) => {
    await admin.createTopics({ waitForLeaders: false, topics: topics.map((topic) => ({ topic, ...shape })) });
    for (const topic of topics) await untilLed(admin, topic);
  });
}

/** Leaders are at work, and not only known; `waitForLeaders` does not wait for that. */
async function untilLed(admin: Admin, topic: string, tries = 200): Promise<void> {
  try {
    await admin.fetchTopicOffsets(topic);
  } catch (error) {
    if (tries === 0) throw error;
    await pause(50);
    await untilLed(admin, topic, tries - 1);
  }
}

/** The names of all topics that begin so. */
export async function topicsWith(brokers: readonly string[], prefix: string): Promise<readonly string[]> {
  const topics = await asAdmin(brokers, (admin) => admin.listTopics());
  return topics.filter((topic) => topic.startsWith(prefix)).toSorted();
}

async function asAdmin<T>(brokers: readonly string[], work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafkaClient(brokers).admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}
