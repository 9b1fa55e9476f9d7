import kafkajs, { type Admin, type Kafka, type Producer } from "kafkajs";
import { openSockets } from "./sockets.ts";

/** The only door to kafkajs, together with `sockets.ts`: thin enough to be replaced in a day. */

export interface KafkaSettings {
  readonly brokers: readonly string[];
  readonly compression: "none" | "gzip";
}

/** A producer or an admin with a cluster of its own: after a fault both are thrown away together. */
export interface Connected<Role extends Producer | Admin> {
  readonly role: Role;
  /** At once and for good: its requests fail, its connections end, whatever the other side does. */
  readonly giveUp: () => void;
}

const RETRY = { retries: 3, initialRetryTime: 300, maxRetryTime: 5_000 };

function withOwnSockets<Role extends Producer | Admin>(
  brokers: readonly string[],
  make: (client: Kafka) => Role,
): Connected<Role> {
  const sockets = openSockets();
  const client = new kafkajs.Kafka({
    clientId: "tripline",
    brokers: [...brokers],
    connectionTimeout: 5_000,
    requestTimeout: 20_000,
    retry: RETRY,
    socketFactory: sockets.factory,
    logLevel: kafkajs.logLevel.NOTHING,
  });
  const role = make(client);
  return {
    role,
    giveUp: () => {
      sockets.end();
      role.disconnect().catch(() => undefined);
    },
  };
}

export function makeProducer(brokers: readonly string[]): Connected<Producer> {
  return withOwnSockets(brokers, (client) =>
    client.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      // Named, or kafkajs prints a warning; murmur2 puts a key where Java's clients put it.
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
      retry: RETRY,
    }),
  );
}

export function makeAdmin(brokers: readonly string[]): Connected<Admin> {
  return withOwnSockets(brokers, (client) => client.admin());
}

export function compressionOf(name: KafkaSettings["compression"]): number {
  return name === "gzip" ? kafkajs.CompressionTypes.GZIP : kafkajs.CompressionTypes.None;
}
