import { afterAll, beforeAll, expect, it } from "vitest";
import { createKafkaSink } from "../../../../src/deliver/sinks/kafka/sink.ts";
import type { EventDocument, EventFamily } from "../../../../src/domain/event.ts";
import { describeWith } from "../../../support/availability.ts";
import { freshTopicPrefix } from "../../../support/fresh-names.ts";
import type { Cluster } from "../../../support/kafka/cluster.ts";
import { keepMovingLeaders } from "../../../support/kafka/leaders.ts";
import { readTopic, type TopicMessage } from "../../../support/kafka/read-topic.ts";
import { createTopicsWith } from "../../../support/kafka/topics.ts";
import { privateKafkaClusterForTests } from "../../../support/servers.ts";
import { event, stage } from "../../stage.ts";

/** Partitions of each topic, as `tripline setup kafka` makes them. */
const PARTITIONS: Readonly<Record<EventFamily, number>> = { anomaly: 3, scan: 1, observation: 6, audit: 1 };
const FAMILIES: readonly EventFamily[] = ["observation", "anomaly", "observation", "scan", "observation", "audit"];
const EVENTS = 5_000;
const AT_A_TIME = 500;
const MINUTE = 60_000;

/** Events of all families about a hundred hosts. */
function eventsFrom(first: number): readonly EventDocument[] {
  return Array.from({ length: AT_A_TIME }, (_, i) => {
    const n = first + i;
    return event(n, { family: FAMILIES[n % FAMILIES.length] ?? "scan", key: `host-${n % 100}` });
  });
}

describeWith(await privateKafkaClusterForTests(), "the Kafka sink and a cluster of two brokers", ({ start }) => {
  const at: { cluster: Cluster } = { cluster: Object.create(null) };
  beforeAll(async () => void (at.cluster = await start()));
  afterAll(() => at.cluster.destroy());

  async function newTopics(): Promise<{ readonly prefix: string; readonly topics: readonly string[] }> {
    const prefix = freshTopicPrefix();
    const settings = { "min.insync.replicas": "1" };
    for (const [family, partitions] of Object.entries(PARTITIONS))
      await createTopicsWith(at.cluster.brokers, [`${prefix}.${family}`], { partitions, replicas: 2, settings });
    return { prefix, topics: Object.keys(PARTITIONS).map((family) => `${prefix}.${family}`) };
  }

  /** Commits and drains events until there are enough of them and that has happened. */
  async function drainUntil(prefix: string, enough: () => boolean) {
    const { brokers } = at.cluster;
    const sink = createKafkaSink({ brokers, prefix, compression: "gzip" });
    const staged = await stage({ sink, events: [] });
    const events: EventDocument[] = [];
    while (events.length < EVENTS || !enough()) {
      const more = eventsFrom(events.length);
      events.push(...more);
      await staged.add(more);
      expect(await staged.drain(AbortSignal.timeout(2 * MINUTE))).toMatchObject({ state: "empty", dead: 0 });
    }
    expect(await staged.cursor()).toMatchObject({ pending: 0, ackedSeq: events.length });
    return { ...staged, events };
  }

  async function arrivedIn(topics: readonly string[]): Promise<readonly TopicMessage[]> {
    const all = await Promise.all(topics.map((topic) => readTopic(at.cluster.brokers, topic, { timeoutMs: MINUTE })));
    return all.flat();
  }

  it("no event is lost while leaders move", { timeout: 5 * MINUTE }, async () => {
    const { prefix, topics } = await newTopics();
    const moves = await keepMovingLeaders(at.cluster.brokers, topics);
    const { events } = await drainUntil(prefix, () => moves.count >= 20).finally(() => moves.stop());
    const arrived = await arrivedIn(topics);
    const bodies = new Map(arrived.map((message) => [message.headers.get("event-id"), message.value.toString()]));
    const missing = events.filter((e) => !bodies.has(e.id)).length;
    console.log({ moves: moves.count, events: events.length, arrived: arrived.length, missing });
    expect(missing).toBe(0);
  });
});
