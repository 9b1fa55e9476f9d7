import { existsSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";
import { describeWith } from "../availability.ts";
import { freshTopicPrefix } from "../fresh-names.ts";
import { isAlive } from "../server-process.ts";
import { kafkaForTests, privateKafkaForTests } from "../servers.ts";
import { readTopic } from "./read-topic.ts";
import { createTopics, kafkaClient } from "./topics.ts";

interface Sample {
  readonly id: string;
  readonly value: string;
}

async function produce(brokers: readonly string[], topic: string, samples: readonly Sample[]): Promise<void> {
  const producer = kafkaClient(brokers).producer();
  await producer.connect();
  try {
    const messages = samples.map(({ id, value }) => ({ key: "host", value, headers: { "event-id": id } }));
    await producer.send({ topic, messages });
  } finally {
    await producer.disconnect();
  }
}

describeWith(await kafkaForTests(), "the shared Kafka broker", ({ brokers }) => {
  test("gives back what was sent, byte by byte and in order", async () => {
    const topic = `${freshTopicPrefix()}.anomaly`;
    await createTopics(brokers, [topic]);
    await produce(brokers, topic, [
      { id: "a", value: "ä\u0000" },
      { id: "b", value: "2" },
    ]);
    const messages = await readTopic(brokers, topic, { untilId: "b" });
    expect(messages.map(({ value }) => value.toString("hex"))).toEqual(["c3a400", "32"]);
    expect(messages.map(({ key, headers }) => [key, headers.get("event-id")])).toEqual([
      ["host", "a"],
      ["host", "b"],
    ]);
  });

  test("reading to the end sees every partition, and an empty topic at once", async () => {
    const topic = `${freshTopicPrefix()}.scan`;
    await createTopics(brokers, [topic], 3);
    expect(await readTopic(brokers, topic)).toEqual([]);
    await produce(brokers, topic, [{ id: "a", value: "1" }]);
    expect(await readTopic(brokers, topic)).toHaveLength(1);
  });

  test("waiting for more than there is ends with how many came", async () => {
    const topic = `${freshTopicPrefix()}.scan`;
    await createTopics(brokers, [topic]);
    await produce(brokers, topic, [{ id: "a", value: "1" }]);
    await expect(readTopic(brokers, topic, { count: 2, timeoutMs: 1500 })).rejects.toThrow(
      /only [01] messages arrived/,
    );
  });

  test("a topic nobody created is refused", async () => {
    const sending = produce(brokers, `${freshTopicPrefix()}.none`, [{ id: "a", value: "1" }]);
    await expect(sending).rejects.toThrow("does not host this topic-partition");
  });
});

describeWith(await privateKafkaForTests(), "a private Kafka broker", ({ start }) => {
  test("keeps what it acknowledged over kill -9, then leaves nothing behind", async () => {
    const broker = await start();
    onTestFinished(() => broker.destroy());
    const first = broker.pid;
    await createTopics(broker.brokers, ["kept"]);
    await produce(broker.brokers, "kept", [{ id: "a", value: "before" }]);
    await broker.kill9();
    expect(isAlive(first)).toBe(false);
    await broker.restart();
    await produce(broker.brokers, "kept", [{ id: "b", value: "after" }]);
    const messages = await readTopic(broker.brokers, "kept", { count: 2 });
    expect(messages.map(({ value }) => value.toString())).toEqual(["before", "after"]);
    const second = broker.pid;
    await broker.destroy();
    expect(isAlive(second)).toBe(false);
    expect(existsSync(broker.dir)).toBe(false);
  });
});
