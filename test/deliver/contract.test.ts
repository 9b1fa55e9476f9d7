import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterAll, describe } from "vitest";
import { stoppedClock } from "../support/runtime.ts";
import { createElasticsearchSink } from "../../src/deliver/sinks/elasticsearch/sink.ts";
import { createFileSink } from "../../src/deliver/sinks/file/sink.ts";
import { setupKafka } from "../../src/deliver/sinks/kafka/setup.ts";
import { createKafkaSink } from "../../src/deliver/sinks/kafka/sink.ts";
import { createMemorySink } from "../support/memory-sink.ts";
import { createStdoutSink } from "../../src/deliver/sinks/stdout/sink.ts";
import { describeWith } from "../support/availability.ts";
import { installAssets } from "../support/elasticsearch/install-assets.ts";
import { searchStream } from "../support/elasticsearch/search-stream.ts";
import { freshNamespace, freshTopicPrefix } from "../support/fresh-names.ts";
import { readTopic } from "../support/kafka/read-topic.ts";
import { elasticsearchForTests, kafkaForTests } from "../support/servers.ts";
import { newTempDir } from "../support/temp-dir.ts";
import { contract, lines } from "./sink-contract.ts";

describe("the contract of the memory sink", () =>
  contract(async () => {
    const sink = createMemorySink();
    const arrived = async () => sink.taken.map(({ id, body }) => ({ id, body }));
    return { sink, body: "bytes", twice: "same-id", arrived };
  }));

describe("the contract of the standard output", () =>
  contract(async () => {
    const stream = new PassThrough({ highWaterMark: 1024 });
    let text = "";
    stream.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    return { sink: createStdoutSink(stream), body: "bytes", twice: "same-id", arrived: async () => lines(text) };
  }));

describe("the contract of the file sink", () =>
  contract(async () => {
    const directory = newTempDir();
    afterAll(() => rmSync(directory, { recursive: true }));
    const path = join(directory, "new", "events.ndjson");
    const sink = createFileSink({ path, clock: stoppedClock(0) });
    return { sink, body: "bytes", twice: "once", arrived: async () => lines(readFileSync(path, "utf8")) };
  }));

describeWith(await kafkaForTests(), "the contract of the Kafka sink", ({ brokers }) =>
  contract(async () => {
    const prefix = freshTopicPrefix();
    await setupKafka({ brokers, prefix, dryRun: false });
    const sink = createKafkaSink({ brokers, prefix, compression: "gzip" });
    const arrived = async () => {
      const messages = await readTopic(brokers, `${prefix}.scan`);
      return messages.map((m) => ({ id: m.headers.get("event-id") ?? "", body: m.value.toString("utf8") }));
    };
    return { sink, body: "bytes", twice: "same-id", arrived };
  }),
);

describeWith(await elasticsearchForTests(), "the contract of the Elasticsearch sink", (server) =>
  contract(async () => {
    const { url, username, password } = server;
    const settings = { url, auth: { username, password }, ca: null, insecureSkipVerify: false };
    await installAssets(settings);
    const namespace = freshNamespace();
    const arrived = async () => {
      const found = await searchStream(server, `logs-tripline.scan-${namespace}`);
      const parsed = found.map(({ id, source }) => ({ id, body: source }));
      return parsed.toSorted((a, b) => Number(a.body["n"]) - Number(b.body["n"]));
    };
    return { sink: createElasticsearchSink(settings), namespace, body: "parsed", twice: "once", arrived };
  }),
);
