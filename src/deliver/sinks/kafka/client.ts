import type { ConnectionOptions } from "node:tls";
import kafkajs, { type Kafka, type SASLOptions } from "kafkajs";

export interface KafkaConnection {
  /** `host:port` each. */
  readonly brokers: readonly string[];
  /** Null for an unencrypted connection. */
  readonly tls?: ConnectionOptions | null;
  readonly sasl?: SASLOptions | null;
  readonly timeouts?: Partial<KafkaTimeouts>;
}

/** All in ms. The last three are our own: the library cannot be aborted. */
export interface KafkaTimeouts {
  readonly connection: number;
  readonly request: number;
  readonly connect: number;
  readonly send: number;
  readonly disconnect: number;
}

/** The library's 1 s is too short for TLS, and its idempotent producer would try for ever. */
const TIMEOUTS: KafkaTimeouts = { connection: 5_000, request: 20_000, connect: 15_000, send: 60_000, disconnect: 5_000 };
export const RETRY = { retries: 3, initialRetryTime: 300, maxRetryTime: 5_000 } as const;

export function timeoutsOf(connection: KafkaConnection): KafkaTimeouts {
  return { ...TIMEOUTS, ...connection.timeouts };
}

/** A client with its own cluster and connections. What the library has to say comes back as errors, not as a log. */
export function kafkaClient(connection: KafkaConnection): Kafka {
  const { connection: connectionTimeout, request: requestTimeout } = timeoutsOf(connection);
  return new kafkajs.Kafka({
    clientId: "tripline",
    brokers: [...connection.brokers],
    connectionTimeout,
    requestTimeout,
    retry: RETRY,
    logLevel: kafkajs.logLevel.NOTHING,
    logCreator: () => () => undefined,
    ...(connection.tls ? { ssl: { minVersion: "TLSv1.2", rejectUnauthorized: true, ...connection.tls } } : {}),
    ...(connection.sasl ? { sasl: connection.sasl } : {}),
  });
}
