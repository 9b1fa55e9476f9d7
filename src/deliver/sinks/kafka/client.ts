import kafkajs, { type Admin, type ICustomPartitioner, type Kafka, type Producer, type RetryOptions } from "kafkajs";
import { type Ledger, newLedger } from "./ledger.ts";
import { produceAnswers } from "./produce-answers.ts";
import { bootstrapNames } from "./bootstrap-names.ts";
import { type KafkaTarget, openSecurity } from "./security.ts";
import { type Ear, openSockets } from "./sockets.ts";

/** The only door to kafkajs, together with `sockets.ts`: thin enough to be replaced in a day. */

export interface KafkaSettings extends KafkaTarget {
  readonly compression: "none" | "gzip";
}

/** A producer or an admin with a cluster of its own: after a fault both are thrown away together. */
export interface Connected<Role extends Producer | Admin> {
  readonly role: Role;
  /** At once and for good: its requests fail, its connections end, whatever the other side does. */
  readonly giveUp: () => void;
}

export interface ConnectedProducer extends Connected<Producer> {
  /** The ledger for what is sent from now on. */
  readonly newLedger: () => Ledger;
}

/** Questions may be asked again. */
const ASK_AGAIN: RetryOptions = { retries: 3, initialRetryTime: 300, maxRetryTime: 5_000 };
/**
 * A send must not: repeating it, kafkajs leaves out every broker that has answered once, and with it the partitions
 * whose leadership that broker has got since then. They are never sent, and the send resolves.
 */
const ONCE: RetryOptions = { retries: 0 };

function withOwnSockets<Role extends Producer | Admin>(
  { brokers, security = openSecurity }: KafkaTarget,
  options: { readonly retry: RetryOptions; readonly listen?: () => Ear },
  make: (client: Kafka) => Role,
): Connected<Role> {
  const { names, hostOf } = bootstrapNames(brokers);
  const sockets = openSockets(hostOf, options.listen);
  const { tls, sasl } = security();
  const client = new kafkajs.Kafka({
    clientId: "tripline",
    brokers: [...names],
    ...(tls === null ? {} : { ssl: tls }),
    ...(sasl === null ? {} : { sasl }),
    connectionTimeout: 5_000,
    requestTimeout: 20_000,
    retry: options.retry,
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

/** Each send is one attempt. Connects to the first of the addresses only. */
export function makeProducer(target: KafkaTarget): ConnectedProducer {
  let ledger: Ledger | null = null;
  const options = { retry: ONCE, listen: () => produceAnswers(() => ledger) };
  const connected = withOwnSockets(target, options, (client) =>
    client.producer({
      // It would repeat by itself, and its numbering ends with the producer anyway.
      idempotent: false,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: notingPartitioner(() => ledger),
      retry: ONCE,
    }),
  );
  return { ...connected, newLedger: () => (ledger = newLedger()) };
}

/** murmur2 puts a key where Java's clients put it. Never a partition of our own: an unknown one is dropped silently. */
function notingPartitioner(ledger: () => Ledger | null): ICustomPartitioner {
  return () => {
    const choose = kafkajs.Partitioners.DefaultPartitioner();
    return (args) => {
      const partition = choose(args);
      ledger()?.placed(args.message, args.topic, partition);
      return partition;
    };
  };
}

export function makeAdmin(target: KafkaTarget): Connected<Admin> {
  return withOwnSockets(target, { retry: ASK_AGAIN }, (client) => client.admin());
}

export function compressionOf(name: KafkaSettings["compression"]): number {
  return name === "gzip" ? kafkajs.CompressionTypes.GZIP : kafkajs.CompressionTypes.None;
}
