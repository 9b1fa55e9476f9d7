import kafkajs, { type Kafka } from "kafkajs";

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
  const admin = kafkaClient(brokers).admin();
  await admin.connect();
  try {
    await admin.createTopics({
      waitForLeaders: true,
      topics: topics.map((topic) => ({ topic, numPartitions: partitions, replicationFactor: 1 })),
    });
  } finally {
    await admin.disconnect();
  }
}
