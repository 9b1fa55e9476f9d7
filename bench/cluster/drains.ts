import { rmSync } from "node:fs";
import { join } from "node:path";
import kafkajs from "kafkajs";
import { openState } from "../../test/support/runtime.ts";
import { createRelay } from "../../src/deliver/relay/relay.ts";
import { messageOf, topicOf } from "../../src/deliver/sinks/kafka/message.ts";
import { createKafkaSink } from "../../src/deliver/sinks/kafka/sink.ts";
import type { EventDocument } from "../../src/domain/event.ts";
import { createTelemetry } from "../../src/telemetry/happenings.ts";
import { silentLogger } from "../../src/telemetry/logger.ts";
import { createMetrics } from "../../src/telemetry/metrics.ts";
import { kafkaClient } from "../../test/support/kafka/topics.ts";
import { newTempDir } from "../../test/support/temp-dir.ts";

/** Where events go, and the way they go there. */
export interface Drain {
  readonly name: string;
  /** Resolves when nothing waits any more: by its own word everything has arrived. */
  send(events: readonly EventDocument[]): Promise<void>;
  close(): Promise<void>;
}

/** What a careful program does with kafkajs: one batch after the other, again when the send is rejected. */
export async function plainKafkajs(brokers: readonly string[], prefix: string): Promise<Drain> {
  const producer = kafkaClient(brokers).producer({
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    allowAutoTopicCreation: false,
  });
  await producer.connect();
  const sendAll = async (events: readonly EventDocument[]): Promise<void> => {
    const topicMessages = [...Map.groupBy(events, (event) => topicOf(prefix, event))].map(([topic, all]) => ({
      topic,
      messages: all.map((event) => messageOf({ ...event, seq: 0, digest: "", createdAt: 0 })),
    }));
    await producer.sendBatch({ acks: -1, topicMessages }).catch(() => sendAll(events));
  };
  return { name: "kafkajs in a loop", send: sendAll, close: () => producer.disconnect() };
}

/** The outbox, the relay and the Kafka output as `tripline run` puts them together. */
export async function tripline(brokers: readonly string[], prefix: string): Promise<Drain> {
  const directory = newTempDir();
  const opened = openState(join(directory, "state"), "write");
  if (!opened.ok) throw new Error(opened.error.what);
  const store = opened.value;
  const sink = createKafkaSink({ brokers, prefix, compression: "none" });
  await store.outbox.registerSink({ name: sink.name, kind: sink.kind, backfill: true });
  const relay = createRelay({
    outbox: store.outbox,
    sink,
    clock: { now: () => Date.now(), monotonic: () => performance.now() },
    random: Math.random,
    telemetry: createTelemetry(silentLogger(), createMetrics()),
    onHealth: () => undefined,
  });
  return {
    name: "tripline",
    async send(events) {
      await store.cycles.commitHealth(() => events, Date.now());
      let end = await relay.drain(AbortSignal.timeout(60_000));
      while (end.state !== "empty") end = await relay.drain(AbortSignal.timeout(60_000));
    },
    async close() {
      await sink.close(5_000);
      store.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
