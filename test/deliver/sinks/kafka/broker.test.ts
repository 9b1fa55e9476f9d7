import { expect, it, vi } from "vitest";
import { setupKafka } from "../../../../src/deliver/sinks/kafka/setup.ts";
import { createKafkaSink } from "../../../../src/deliver/sinks/kafka/sink.ts";
import { describeWith } from "../../../support/availability.ts";
import { freshTopicPrefix } from "../../../support/fresh-names.ts";
import { fakeBroker } from "../../../support/kafka/fake-broker.ts";
import { lyingBroker } from "../../../support/kafka/lying-broker.ts";
import { readTopic } from "../../../support/kafka/read-topic.ts";
import { createTopicsWith, topicsWith } from "../../../support/kafka/topics.ts";
import { kafkaForTests } from "../../../support/servers.ts";
import { event, stage, upTo } from "../../stage.ts";

describeWith(await kafkaForTests(), "the Kafka sink and a real broker", ({ brokers }) => {
  const options = (prefix: string) => ({ brokers, compression: "none" as const, prefix });
  const bodies = async (topic: string) => (await readTopic(brokers, topic)).map((m) => m.value.toString());

  it("a missing topic stops the sink, is never made by sending, and set-up alone brings the sink back", async () => {
    const prefix = freshTopicPrefix();
    const events = upTo(3).map((n) => event(n));
    // The broker of the tests makes no topics; others do, so the question itself must forbid it.
    const broker = await lyingBroker(brokers[0] ?? "", []);
    const sink = createKafkaSink({ ...options(prefix), brokers: [broker.address] });
    const { drain, cursor, dead } = await stage({ sink, events });
    const stopped = await drain();
    expect(stopped).toMatchObject({ state: "stopped", delivered: 0, reason: { slug: "topic-missing" } });
    expect(stopped.reason?.text).toContain("tripline setup kafka");
    expect(await drain()).toMatchObject({ state: "stopped" });
    expect(await cursor()).toMatchObject({ state: "stopped", pending: 3 });
    expect(await topicsWith(brokers, prefix)).toEqual([]);
    expect(broker.mayCreateTopics).toBe(false);
    expect(await setupKafka({ brokers, prefix, dryRun: false })).toMatchObject({ ok: true });
    expect(await drain()).toMatchObject({ state: "empty", delivered: 3 });
    expect(await dead()).toEqual([]);
    expect(await bodies(`${prefix}.scan`)).toEqual(events.map((e) => e.body));
  });

  it("a message above our limit alone is refused, without a send; the rest flows", async () => {
    const prefix = freshTopicPrefix();
    await createTopicsWith(brokers, [`${prefix}.scan`], {});
    const huge = event(3, { fields: { pad: "x".repeat(1_000_000) } });
    const events = [event(1), event(2), huge, event(4), event(5)];
    const { drain, dead } = await stage({ sink: createKafkaSink(options(prefix)), events });
    expect(await drain()).toMatchObject({ state: "empty", delivered: 4, dead: 1 });
    expect(await dead()).toEqual([[3, "too-large"]]);
    expect(await bodies(`${prefix}.scan`)).toEqual(events.filter((e) => e !== huge).map((e) => e.body));
  });

  it("a topic that takes less than our limit refuses the guilty message only, and smaller batches pass", async () => {
    const prefix = freshTopicPrefix();
    await createTopicsWith(brokers, [`${prefix}.scan`], { settings: { "max.message.bytes": "20000" } });
    const pad = (bytes: number) => ({ fields: { pad: "x".repeat(bytes) } });
    const events = upTo(15).map((n) => event(n, pad(n === 6 ? 30_000 : 4_000)));
    const { drain, dead } = await stage({ sink: createKafkaSink(options(prefix)), events });
    expect(await drain()).toMatchObject({ state: "empty", delivered: 14, dead: 1 });
    expect(await dead()).toEqual([[6, "too-large"]]);
    const arrived = new Set(await bodies(`${prefix}.scan`));
    expect(arrived).toEqual(new Set(events.filter((_, i) => i !== 5).map((e) => e.body)));
  });

  it("a broker that falls silent and comes back is met by a new producer", async () => {
    const prefix = freshTopicPrefix();
    await createTopicsWith(brokers, [`${prefix}.scan`], {});
    const broker = await fakeBroker({ kind: "silent" });
    const deadlines = { connect: 300, send: 5_000, check: 5_000 };
    const sink = createKafkaSink({ ...options(prefix), brokers: [broker.address], deadlines });
    const events = upTo(5).map((n) => event(n));
    const { drain, dead } = await stage({ sink, events });
    const draining = drain();
    await vi.waitFor(() => expect(broker.accepted).toBeGreaterThan(1));
    broker.become({ kind: "is", broker: brokers[0] ?? "" });
    expect(await draining).toMatchObject({ state: "empty", delivered: 5 });
    expect(await dead()).toEqual([]);
    expect(await bodies(`${prefix}.scan`)).toEqual(events.map((e) => e.body));
  });

  it.each([
    ["OUT_OF_ORDER_SEQUENCE_NUMBER", 45],
    ["DUPLICATE_SEQUENCE_NUMBER", 46],
    ["INVALID_PRODUCER_EPOCH", 47],
    ["UNKNOWN_PRODUCER_ID", 59],
  ])("after %s a new producer sends again, each key in order, and at most one batch comes twice", async (_, code) => {
    const prefix = freshTopicPrefix();
    await createTopicsWith(brokers, [`${prefix}.scan`], {});
    const broker = await lyingBroker(brokers[0] ?? "", [0, 0, code]);
    const events = upTo(12).map((n) => event(n, { key: `host-${n % 2}` }));
    const sink = createKafkaSink({ ...options(prefix), brokers: [broker.address] });
    const { drain, dead, cursor } = await stage({ sink, events });
    const before = broker.accepted;
    expect(await drain()).toMatchObject({ state: "empty", delivered: 12 });
    expect(broker.accepted - before).toBeGreaterThanOrEqual(2);
    expect(await dead()).toEqual([]);
    expect(await cursor()).toMatchObject({ state: "running", ackedSeq: 12 });
    const arrived = await bodies(`${prefix}.scan`);
    expect([...new Set(arrived)]).toEqual(events.map((e) => e.body));
    expect(arrived).toHaveLength(12 + 4);
  });
});
