import { expect, it, onTestFinished, vi } from "vitest";
import { setupKafka } from "../../../../src/deliver/sinks/kafka/setup.ts";
import { createKafkaSink } from "../../../../src/deliver/sinks/kafka/sink.ts";
import type { OutboxRow } from "../../../../src/domain/ports/sink.ts";
import { describeWith } from "../../../support/availability.ts";
import { freshTopicPrefix } from "../../../support/fresh-names.ts";
import { ipv6Loopback } from "../../../support/ipv6.ts";
import { fakeBroker } from "../../../support/kafka/fake-broker.ts";
import { type Lie, lyingBroker, type PartitionAnswer } from "../../../support/kafka/lying-broker.ts";
import { readTopic } from "../../../support/kafka/read-topic.ts";
import { createTopicsWith, topicsWith } from "../../../support/kafka/topics.ts";
import { freePort } from "../../../support/ports.ts";
import { kafkaForTests } from "../../../support/servers.ts";
import { event, rowOf, stage, upTo } from "../../stage.ts";
import { PATIENCE_MS } from "../../../support/patience.ts";

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
    await vi.waitFor(() => expect(broker.accepted).toBeGreaterThan(1), { timeout: PATIENCE_MS / 4 });
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

  const first = (answers: readonly PartitionAnswer[]) => answers.slice(0, 1);
  const nothing: Lie = () => [];
  const elsewhere: Lie = (answers) => answers.map((answer) => ({ ...answer, partition: 7 }));
  const extra: Lie = (answers) => [...answers, { topic: "other", partition: 0, code: 6 }];
  const wrongTopic: Lie = (answers) => answers.map((answer) => ({ ...answer, topic: "other" }));
  const second =
    (code: number): Lie =>
    ([one, two]) =>
      one && two ? [one, { ...two, code }] : [];

  /** Two partitions that four keys each go to, and a first send of all eight events to both. */
  async function sentOnce(lie: Lie) {
    const prefix = freshTopicPrefix();
    await createTopicsWith(brokers, [`${prefix}.scan`], { partitions: 2 });
    const broker = await lyingBroker(brokers[0] ?? "", [lie]);
    const sink = createKafkaSink({ ...options(prefix), brokers: [broker.address] });
    const rows = upTo(8).map((n) => rowOf(event(n, { key: `host-${n}` }), n));
    onTestFinished(() => sink.close(1_000));
    const result = await sink.send(rows, new AbortController().signal);
    const messages = await readTopic(brokers, `${prefix}.scan`);
    const partitions = new Map(messages.map((m) => [m.headers.get("event-id"), m.partition]));
    return { sink, rows, result, prefix, partitionOf: (row: OutboxRow) => partitions.get(row.id) ?? -1 };
  }

  it.each<[string, Lie, string]>([
    ["leaves one out", first, "unacknowledged"],
    ["has an error for one of them (kafkajs tells nothing about the other)", second(6), "kafka-6"],
    ["is too large for one of them", second(10), "too-large"],
    ["may not be written, for one of them", second(29), "refused"],
  ])("an answer to two partitions that %s: its rows are sent again, and only those", async (_, lie, slug) => {
    const { sink, rows, result, prefix, partitionOf } = await sentOnce(lie);
    if (result.kind !== "settled") throw new Error(result.kind);
    const open = rows.filter((_row, i) => result.outcomes[i]?.kind === "retry");
    expect(new Set(result.outcomes.map((o) => (o.kind === "retry" ? o.reason.slug : o.kind)))).toEqual(
      new Set(["delivered", slug]),
    );
    expect(new Set(open.map(partitionOf)).size).toBe(1);
    expect(rows.filter((row) => partitionOf(row) === partitionOf(open[0] ?? row))).toEqual(open);
    const again = await sink.send(open, new AbortController().signal);
    expect(again).toMatchObject({ outcomes: open.map(() => ({ kind: "delivered" })) });
    expect(await bodies(`${prefix}.scan`)).toHaveLength(rows.length + open.length);
  });

  it.each<[string, Lie]>([
    ["names no partition", nothing],
    ["names another partition", elsewhere],
    ["names another topic", wrongTopic],
  ])("an answer without error that %s acknowledges nothing", async (_, lie) => {
    const { rows, result } = await sentOnce(lie);
    const retry = { kind: "retry", reason: { slug: "unacknowledged" } };
    expect(result).toMatchObject({ kind: "settled", outcomes: rows.map(() => retry) });
  });

  it("an answer that also names a partition nobody sent to acknowledges what was sent", async () => {
    const { rows, result } = await sentOnce(extra);
    expect(result).toMatchObject({ kind: "settled", outcomes: rows.map(() => ({ kind: "delivered" })) });
  });

  it("a topic is missing only when it stays unknown: a broker that handed a partition over says the same", async () => {
    const prefix = freshTopicPrefix();
    await createTopicsWith(brokers, [`${prefix}.scan`], {});
    const broker = await lyingBroker(brokers[0] ?? "", [3, 3, 0]);
    const sink = createKafkaSink({ ...options(prefix), brokers: [broker.address] });
    const { drain } = await stage({ sink, events: [event(1)] });
    expect(await drain()).toMatchObject({ state: "empty", delivered: 1 });
  });

  it("the first address is dead, or frozen: the next one is tried", async () => {
    const prefix = freshTopicPrefix();
    await createTopicsWith(brokers, [`${prefix}.scan`], {});
    const frozen = await fakeBroker({ kind: "silent" });
    const addresses = [`127.0.0.1:${await freePort()}`, frozen.address, ...brokers];
    const deadlines = { connect: 300, send: 5_000, check: 5_000 };
    const sink = createKafkaSink({ ...options(prefix), brokers: addresses, deadlines });
    const { drain } = await stage({ sink, events: upTo(3).map((n) => event(n)) });
    expect(await drain()).toMatchObject({ state: "empty", delivered: 3 });
  });
});

const ipv6 = ipv6Loopback();
describeWith(ipv6.ok ? await kafkaForTests() : ipv6, "a broker that is reached by IPv6", ({ brokers }) => {
  it("is a bootstrap broker like any other, for the check, for set-up and for sending", async () => {
    const prefix = freshTopicPrefix();
    const gate = await fakeBroker({ kind: "is", broker: brokers[0] ?? "" }, "::1");
    expect(gate.address).toMatch(/^\[::1\]:/);
    const target = { brokers: [gate.address], prefix };
    expect(await setupKafka({ ...target, dryRun: false })).toMatchObject({ ok: true });
    const sink = createKafkaSink({ ...target, compression: "none" });
    expect(await sink.check(new AbortController().signal)).toMatchObject([
      { ok: true, detail: gate.address },
      { ok: true },
    ]);
    const events = upTo(3).map((n) => event(n));
    const { drain } = await stage({ sink, events });
    expect(await drain()).toMatchObject({ state: "empty", delivered: 3 });
    expect((await readTopic(brokers, `${prefix}.scan`)).map((m) => m.value.toString())).toEqual(
      events.map((e) => e.body),
    );
  });

  it("that is not there is named by its address and by no made-up name", async () => {
    const sink = createKafkaSink({ brokers: [`[::1]:${await freePort()}`], compression: "none", prefix: "none" });
    const [connect] = await sink.check(new AbortController().signal);
    await sink.close(1_000);
    expect(connect).toMatchObject({ ok: false, detail: expect.stringContaining("ECONNREFUSED ::1:") });
    expect(connect?.detail).not.toContain(".invalid");
  });
});
