import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { setupKafka } from "../../../../src/deliver/sinks/kafka/setup.ts";
import { createKafkaSink } from "../../../../src/deliver/sinks/kafka/sink.ts";
import type { EventDocument, EventFamily } from "../../../../src/domain/event.ts";
import { describeWith } from "../../../support/availability.ts";
import { freshTopicPrefix } from "../../../support/fresh-names.ts";
import type { Cluster } from "../../../support/kafka/cluster.ts";
import { keepMovingLeaders, moveLeader } from "../../../support/kafka/leaders.ts";
import { readTopic, type TopicMessage } from "../../../support/kafka/read-topic.ts";
import { createTopicsWith } from "../../../support/kafka/topics.ts";
import { privateKafkaClusterForTests } from "../../../support/servers.ts";
import { event, rowOf, stage, upTo } from "../../stage.ts";

/** Partitions of each topic, as `tripline setup kafka` makes them. */
const PARTITIONS: Readonly<Record<EventFamily, number>> = { anomaly: 3, scan: 1, observation: 6, audit: 1 };
const FAMILIES: readonly EventFamily[] = ["observation", "anomaly", "observation", "scan", "observation", "audit"];
const EVENTS = 5_000;
const AT_A_TIME = 500;
/** Once there are enough: the machine is for the brokers, which take their time to come back. */
const A_FEW = 60;
const MINUTE = 60_000;
const never = new AbortController().signal;

/** Events of all families about a hundred hosts. */
function eventsFrom(first: number, count: number): readonly EventDocument[] {
  return Array.from({ length: count }, (_, i) => {
    const n = first + i;
    return event(n, { family: FAMILIES[n % FAMILIES.length] ?? "scan", key: `host-${n % 100}` });
  });
}

interface Trouble {
  /** Enough of it has happened. */
  readonly isOver: () => boolean;
  /** Resolves when the cluster is well again. */
  readonly end: () => Promise<void>;
}

/** Something that happens once beside the drain. */
function once(work: () => Promise<void>): Trouble {
  const state = { over: false };
  const end = work().finally(() => void (state.over = true));
  // Whoever waits for the end hears of it.
  end.catch(() => undefined);
  return { isOver: () => state.over, end: () => end };
}

describeWith(await privateKafkaClusterForTests(), "the Kafka sink and a cluster of two brokers", ({ start }) => {
  const at: { cluster: Cluster } = { cluster: Object.create(null) };
  beforeAll(async () => void (at.cluster = await start()), 3 * MINUTE);
  afterAll(() => at.cluster.destroy());

  const node = (id: number) => {
    const found = at.cluster.nodes.get(id);
    if (found === undefined) throw new Error(`no broker ${id}`);
    return found;
  };

  async function newTopics(): Promise<{ readonly prefix: string; readonly topics: readonly string[] }> {
    const prefix = freshTopicPrefix();
    const settings = { "min.insync.replicas": "1" };
    for (const [family, partitions] of Object.entries(PARTITIONS))
      await createTopicsWith(at.cluster.brokers, [`${prefix}.${family}`], { partitions, replicas: 2, settings });
    return { prefix, topics: Object.keys(PARTITIONS).map((family) => `${prefix}.${family}`) };
  }

  /** Commits and drains events until there are enough of them and the trouble is over. */
  async function drainDuring(prefix: string, trouble: Trouble) {
    const { brokers } = at.cluster;
    const sink = createKafkaSink({ brokers, prefix, compression: "gzip" });
    const staged = await stage({ sink, events: [] });
    const events: EventDocument[] = [];
    while (events.length < EVENTS || !trouble.isOver()) {
      const more = eventsFrom(events.length, events.length < EVENTS ? AT_A_TIME : A_FEW);
      events.push(...more);
      await staged.add(more);
      expect(await staged.drain(AbortSignal.timeout(4 * MINUTE))).toMatchObject({ state: "empty", dead: 0 });
      if (events.length > EVENTS) await pause(20);
    }
    expect(await staged.cursor()).toMatchObject({ pending: 0, ackedSeq: events.length });
    const retried = staged.metrics.value("tripline_sink_events_total", { sink: "kafka", outcome: "retried" });
    return { events, retried };
  }

  async function arrivedIn(topics: readonly string[]): Promise<readonly TopicMessage[]> {
    const read = (topic: string) => readTopic(at.cluster.brokers, topic, { timeoutMs: 2 * MINUTE });
    return (await Promise.all(topics.map(read))).flat();
  }

  it.each<[string, (topics: readonly string[]) => Promise<Trouble> | Trouble]>([
    [
      "leaders move forty times and more",
      async (topics) => {
        const moves = await keepMovingLeaders(at.cluster.brokers, topics);
        return { isOver: () => moves.count >= 40, end: () => moves.stop() };
      },
    ],
    [
      "each broker is restarted in turn",
      () =>
        once(async () => {
          for (const id of [1, 2]) await node(id).restart();
        }),
    ],
    [
      "a broker is killed and comes back",
      () =>
        once(async () => {
          await node(2).kill9();
          await node(2).restart();
        }),
    ],
  ])("no event is lost while %s", { timeout: 6 * MINUTE }, async (_, begin) => {
    const { prefix, topics } = await newTopics();
    const trouble = await begin(topics);
    const draining = drainDuring(prefix, trouble);
    await Promise.allSettled([draining]);
    await trouble.end();
    const { events, retried } = await draining;
    const arrived = await arrivedIn(topics);
    const sent = new Map(events.map((e) => [e.id, e]));
    const bodies = new Map(arrived.map((message) => [message.headers.get("event-id"), message.value.toString()]));
    const lost = events.filter((e) => !bodies.has(e.id)).length;
    const changed = [...bodies].filter(([id, body]) => sent.get(id ?? "")?.body !== body).length;
    const twice = arrived.length - bodies.size;
    console.log(`${events.length} events, lost ${lost}, twice ${twice}, sent again ${retried}`);
    expect({ lost, changed }).toEqual({ lost: 0, changed: 0 });
    // Each copy comes from a row that nobody had acknowledged.
    expect(twice).toBeLessThanOrEqual(retried);
    expect(firstsOutOfOrder(arrived, events)).toEqual([]);
  });

  it("a partition whose leader moved since the last send is sent to its new leader, and the others only once", async () => {
    const prefix = freshTopicPrefix();
    const topic = `${prefix}.scan`;
    await createTopicsWith(at.cluster.brokers, [topic], { partitions: 2, replicas: 2 });
    const sink = createKafkaSink({ brokers: at.cluster.brokers, prefix, compression: "none" });
    const { add, drain, metrics } = await stage({ sink, events: [] });
    const events = (from: number) => upTo(100).map((n) => event(from + n, { key: `host-${n % 10}` }));
    await add(events(0));
    expect(await drain()).toMatchObject({ state: "empty" });
    const sentAgain = () => metrics.value("tripline_sink_events_total", { sink: "kafka", outcome: "retried" });
    const before = sentAgain();
    await moveLeader(at.cluster.brokers, topic, 1);
    await add(events(100));
    expect(await drain()).toMatchObject({ state: "empty" });
    const ids = (await readTopic(at.cluster.brokers, topic)).map((message) => message.headers.get("event-id"));
    const committed = [...events(0), ...events(100)].map((e) => e.id);
    expect(committed.filter((id) => !ids.includes(id))).toEqual([]);
    expect(ids).toHaveLength(committed.length);
    expect(sentAgain()).toBeGreaterThan(before);
  });

  it("set-up makes topics that a cluster takes at once, and sees one without leader", {
    timeout: 2 * MINUTE,
  }, async () => {
    const prefix = freshTopicPrefix();
    const { brokers } = at.cluster;
    expect(await setupKafka({ brokers, prefix, dryRun: false })).toMatchObject({
      ok: true,
      value: [{ state: "missing" }, { state: "missing" }, { state: "missing" }, { state: "missing" }],
    });
    const sink = createKafkaSink({ brokers, prefix, compression: "none" });
    onTestFinished(() => sink.close(1_000));
    expect(await sink.check(never)).toMatchObject([{ ok: true }, { ok: true }]);
    const foreign = freshTopicPrefix();
    await createTopicsWith(brokers, [`${foreign}.a`, `${foreign}.scan`], { partitions: 2 });
    await node(2).stop();
    try {
      // Topics of others do not count.
      expect(await sink.check(never)).toMatchObject([{ ok: true }, { ok: true }]);
      const other = createKafkaSink({ brokers, prefix: foreign, compression: "none" });
      onTestFinished(() => other.close(1_000));
      const [, topics] = await other.check(never);
      expect(topics).toMatchObject({ name: "topics", ok: false });
      expect(topics?.detail).toContain(`no leader for partitions of: ${foreign}.scan`);
      const plan = await setupKafka({ brokers, prefix: foreign, dryRun: true });
      expect(plan).toMatchObject({ ok: true });
      expect(JSON.stringify(plan)).toContain("no-leader");
      const refused = await setupKafka({ brokers, prefix: foreign, dryRun: false });
      expect(refused).toMatchObject({ ok: false, error: expect.stringContaining("start the brokers that are down") });
      const rows = upTo(20).map((n) => rowOf(event(n, { key: `host-${n}` }), n));
      expect(await other.send(rows, never)).toMatchObject({
        kind: "settled",
        outcomes: rows.map(() => ({ kind: "retry" })),
      });
    } finally {
      await node(2).restart();
    }
  });
});

/** Keys of a topic whose events came for the first time in another order than they were committed. */
function firstsOutOfOrder(arrived: readonly TopicMessage[], events: readonly EventDocument[]): readonly string[] {
  const committed = new Map(events.map((e, place) => [e.id, { place, key: `${e.family} ${e.key}` }]));
  const seen = new Set<string>();
  const last = new Map<string, number>();
  return arrived.flatMap((message) => {
    const id = message.headers.get("event-id") ?? "";
    const { place, key } = committed.get(id) ?? { place: -1, key: "unknown" };
    if (seen.has(id)) return [];
    seen.add(id);
    const wrong = place < (last.get(key) ?? -1);
    last.set(key, place);
    return wrong ? [key] : [];
  });
}
