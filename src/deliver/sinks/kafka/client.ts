import kafkajs, { type Admin, type Kafka, type Producer } from "kafkajs";

/** The only door to kafkajs: thin enough to be replaced in a day. */

export interface KafkaSettings {
  readonly brokers: readonly string[];
  readonly compression: "none" | "gzip";
}

const RETRY = { retries: 3, initialRetryTime: 300, maxRetryTime: 5_000 };

function client(brokers: readonly string[]): Kafka {
  return new kafkajs.Kafka({
    clientId: "tripline",
    brokers: [...brokers],
    connectionTimeout: 5_000,
    requestTimeout: 20_000,
    retry: RETRY,
    logLevel: kafkajs.logLevel.NOTHING,
  });
}

/** A producer with a cluster of its own: after a fault both are thrown away together. */
export function makeProducer(brokers: readonly string[]): Producer {
  return client(brokers).producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    // Named, or kafkajs prints a warning; murmur2 puts a key where Java's clients put it.
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    retry: RETRY,
  });
}

export function makeAdmin(brokers: readonly string[]): Admin {
  return client(brokers).admin();
}

export function compressionOf(name: KafkaSettings["compression"]): number {
  return name === "gzip" ? kafkajs.CompressionTypes.GZIP : kafkajs.CompressionTypes.None;
}
