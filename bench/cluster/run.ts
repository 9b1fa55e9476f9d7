import type { EventDocument, EventFamily } from "../../src/domain/event.ts";
import { startCluster } from "../../test/support/kafka/cluster.ts";
import { keepMovingLeaders } from "../../test/support/kafka/leaders.ts";
import { readTopic } from "../../test/support/kafka/read-topic.ts";
import { createTopicsWith } from "../../test/support/kafka/topics.ts";
import { type Drain, plainKafkajs, tripline } from "./drains.ts";

/**
 * `make bench-cluster`: events to a real Kafka of two brokers while the leaders of its partitions move, by kafkajs in a
 * plain loop and by the outbox, the relay and the Kafka output of this program. Prints what was lost and what came twice.
 */

const MOVES = Number(process.argv.find((word) => /^\d+$/.test(word)) ?? 100);
const PARTITIONS: Readonly<Record<EventFamily, number>> = { anomaly: 3, scan: 1, observation: 6, audit: 1 };
const FAMILIES: readonly EventFamily[] = ["observation", "anomaly", "observation", "scan", "observation", "audit"];
const BATCH = 500;

function batchFrom(first: number): readonly EventDocument[] {
  return Array.from({ length: BATCH }, (_, i) => {
    const n = first + i;
    const family = FAMILIES[n % FAMILIES.length] ?? "scan";
    const id = String(n).padStart(26, "a");
    const body = JSON.stringify({ event: { id }, message: "x".repeat(1_500) });
    return { family, id, key: `host-${n % 200}`, action: "bench", severity: null, namespace: "default", body };
  });
}

type Open = (brokers: readonly string[], prefix: string) => Promise<Drain>;

async function measure(brokers: readonly string[], prefix: string, open: Open): Promise<void> {
  const topics = Object.keys(PARTITIONS).map((family) => `${prefix}.${family}`);
  for (const [family, partitions] of Object.entries(PARTITIONS))
    await createTopicsWith(brokers, [`${prefix}.${family}`], { partitions, replicas: 2 });
  const drain = await open(brokers, prefix);
  const moves = await keepMovingLeaders(brokers, topics);
  const sent: string[] = [];
  try {
    while (moves.count < MOVES) {
      const events = batchFrom(sent.length);
      await drain.send(events);
      sent.push(...events.map((event) => event.id));
    }
  } finally {
    await moves.stop();
    await drain.close();
  }
  const messages = (await Promise.all(topics.map((topic) => readTopic(brokers, topic, { timeoutMs: 120_000 })))).flat();
  const arrived = new Set(messages.map((message) => message.headers.get("event-id")));
  const lost = sent.filter((id) => !arrived.has(id)).length;
  const cells = [moves.count, sent.length, lost, messages.length - arrived.size].map((n) => String(n).padStart(8));
  console.log(drain.name.padEnd(20) + cells.join(""));
}

async function main(): Promise<void> {
  const cluster = await startCluster();
  try {
    console.log(`command: make bench-cluster; until ${MOVES} leaders have moved, node ${process.version}`);
    console.log("".padEnd(20) + ["moves", "events", "lost", "twice"].map((word) => word.padStart(8)).join(""));
    await measure(cluster.brokers, "plain", plainKafkajs);
    await measure(cluster.brokers, "tripline", tripline);
  } finally {
    await cluster.destroy();
  }
}

await main();
