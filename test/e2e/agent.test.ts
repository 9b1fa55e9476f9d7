import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { z } from "zod";
import { startListener } from "../../src/app/demo/services.ts";
import { openState } from "../support/runtime.ts";
import type { OutboxRow } from "../../src/domain/ports/sink.ts";
import { describeWith } from "../support/availability.ts";
import { assertEcsEvent } from "../support/ecs-check.ts";
import { searchStream } from "../support/elasticsearch/search-stream.ts";
import { freshNamespace, freshTopicPrefix } from "../support/fresh-names.ts";
import { readTopic } from "../support/kafka/read-topic.ts";
import { privateElasticsearchForTests, privateKafkaForTests } from "../support/servers.ts";
import { tempDir } from "../support/temp-dir.ts";
import { PATIENCE_MS } from "../support/patience.ts";

const BIN = join(import.meta.dirname, "../../bin/tripline.cjs");
const HOST = "127.0.23.1";

const kafka = await privateKafkaForTests();
const elasticsearch = await privateElasticsearchForTests();
const both = !kafka.ok ? kafka : !elasticsearch.ok ? elasticsearch : { ok: true as const, kafka, elasticsearch };

const eventShape = z.object({
  event: z.object({ id: z.string(), kind: z.string(), action: z.string() }),
  tripline: z.object({ anomaly: z.object({ transition: z.string() }).optional() }),
});

/** Runs a command of the program to its end. */
async function tripline(args: readonly string[]): Promise<{ readonly code: number | null; readonly text: string }> {
  const child = spawn(process.execPath, [BIN, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (text += chunk.toString()));
  const [code] = await once(child, "close");
  return { code: typeof code === "number" ? code : null, text };
}

/** Asks until the answer is there; the limit only ends a test that would hang. */
async function until<T>(what: string, ask: () => Promise<T | null>, limitMs = PATIENCE_MS / 4): Promise<T> {
  const end = performance.now() + limitMs;
  while (performance.now() < end) {
    const answer = await ask();
    if (answer !== null) return answer;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`${what} did not happen within ${limitMs / 1000} s`);
}

/** All events of the outbox, read beside the running agent. */
async function outboxRows(state: string): Promise<readonly OutboxRow[]> {
  const opened = openState(state, "read");
  if (!opened.ok) return [];
  try {
    return await opened.value.outbox.readAfter(0, { maxRows: 100_000, maxBytes: 1024 ** 3 });
  } finally {
    opened.value.close();
  }
}

function steps(rows: readonly OutboxRow[], action: string, transition: string): readonly OutboxRow[] {
  return rows.filter((row) => {
    const event = eventShape.parse(JSON.parse(row.body));
    return event.event.action === action && event.tripline.anomaly?.transition === transition;
  });
}

describeWith(both, "the agent with real nmap, Kafka and Elasticsearch", (servers) => {
  it("finds a port that opens, tells both outputs once, and loses nothing while they are killed", async () => {
    const broker = await servers.kafka.start({});
    const node = await servers.elasticsearch.start({});
    const directory = tempDir();
    const config = join(directory, "tripline.yaml");
    const state = join(directory, ".tripline");
    const prefix = freshTopicPrefix();
    const namespace = freshNamespace();
    writeFileSync(join(directory, "password"), node.password, { mode: 0o600 });
    writeFileSync(
      config,
      `segment: e2e
targets: [${HOST}]
ports: [4444, "8000-8010"]
pace: normal
os_detection: false
every: 3s
namespace: ${namespace}
baseline: { learn: { scans: 2, at_least: 0s } }
outputs:
  kafka: { brokers: ["${broker.brokers[0]}"], topic_prefix: ${prefix}, backfill: true }
  elasticsearch: { url: "${node.url}", username: ${node.username}, password: "\${file:./password}", backfill: true }
`,
    );
    expect(await tripline(["setup", "kafka", "-c", config])).toMatchObject({ code: 0 });
    expect(await tripline(["setup", "elasticsearch", "--profile", "core", "-c", config])).toMatchObject({ code: 0 });
    expect((await tripline(["setup", "elasticsearch", "--profile", "core", "-c", config])).text).not.toContain(
      "created",
    );

    const normal = await startListener(HOST, 8001, { banner: "220 ready\r\n" });
    const agent = spawn(process.execPath, [BIN, "run", "--no-web", "-c", config], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    let log = "";
    agent.stderr.on("data", (chunk: Buffer) => (log += chunk.toString()));
    const gone = once(agent, "exit");
    try {
      await until("learning", async () => (scans(await outboxRows(state)) >= 2 ? true : null));
      const scansBefore = scans(await outboxRows(state));
      const intruder = await startListener(HOST, 4444, { banner: "\u0001?\r\n" });
      const opened = await until(
        "port-opened",
        async () => steps(await outboxRows(state), "port-opened", "opened")[0] ?? null,
      );
      assertEcsEvent(opened.body);
      // At most one cycle was under way already when the port opened; the next one must find it.
      expect(scans(await rowsBefore(state, opened)) - scansBefore).toBeLessThanOrEqual(1);
      const topic = `${prefix}.anomaly`;
      const stream = `logs-tripline.anomaly-${namespace}`;
      await until("the event in Kafka", async () => (await kafkaIds(broker.brokers, topic)).get(opened.id) ?? null);
      const message = (await readTopic(broker.brokers, topic)).find((m) => m.headers.get("event-id") === opened.id);
      expect(message?.value?.toString()).toBe(opened.body);
      const stored = await until(
        "the event in Elasticsearch",
        async () => (await searchStream(node, stream)).find((d) => d.id === opened.id) ?? null,
      );
      expect(stored.source).toEqual(JSON.parse(opened.body));

      await broker.kill9();
      await node.kill9();
      const scansOpen = scans(await outboxRows(state));
      await intruder.stop();
      const resolved = await until(
        "resolved",
        async () => steps(await outboxRows(state), "port-opened", "resolved")[0] ?? null,
      );
      expect(scans(await rowsBefore(state, resolved)) - scansOpen).toBeLessThanOrEqual(2);
      await broker.restart();
      await node.start();
      await until("resolved in Kafka", async () => (await kafkaIds(broker.brokers, topic)).get(resolved.id) ?? null);
      await until(
        "resolved in Elasticsearch",
        async () => (await searchStream(node, stream)).find((d) => d.id === resolved.id) ?? null,
      );

      const rows = (await outboxRows(state)).filter((row) => row.family === "anomaly");
      const alerts = rows.filter((row) => eventShape.parse(JSON.parse(row.body)).event.kind === "alert");
      expect(alerts.map((row) => row.id)).toEqual([opened.id]);
      const documents = await searchStream(node, stream);
      expect(new Set(documents.map((d) => d.id)).size).toBe(documents.length);
      const wish = ["--host", HOST, "--until", "1d", "--reason", "r", "--by", "b"];
      expect(await tripline(["mute", "add", ...wish, "-c", config])).toMatchObject({ code: 0 });
      const muted = (await outboxRows(state)).find(
        ({ body }) => eventShape.parse(JSON.parse(body)).event.action === "mute-added",
      );
      expect(JSON.parse(muted?.body ?? "null")).toMatchObject({ tripline: { audit: { via: "control" } } });
      await until(
        "the mute in Kafka",
        async () => (await kafkaIds(broker.brokers, `${prefix}.audit`)).get(muted?.id ?? "") ?? null,
      );
      expect((await tripline(["status", "-c", config])).text).toContain(`pid ${agent.pid}`);
    } catch (error) {
      throw new Error(`${error instanceof Error ? error.message : String(error)}\nagent log:\n${log.slice(-3000)}`, {
        cause: error,
      });
    } finally {
      agent.kill("SIGTERM");
      // One that hangs is ended here, and shows as another exit code than 143.
      const insist = setTimeout(() => agent.kill("SIGKILL"), PATIENCE_MS / 4);
      await gone;
      clearTimeout(insist);
      await normal.stop();
      await broker.destroy();
      await node.destroy();
    }
    expect(agent.exitCode).toBe(143);
  });
});

/** The scan event is the last of its cycle: those before a row are the cycles that ended before its own. */
async function rowsBefore(state: string, row: OutboxRow): Promise<readonly OutboxRow[]> {
  return (await outboxRows(state)).filter((other) => other.seq < row.seq);
}

function scans(rows: readonly OutboxRow[]): number {
  return rows.filter((row) => row.body.includes('"action":"scan-completed"')).length;
}

async function kafkaIds(brokers: readonly string[], topic: string): Promise<ReadonlyMap<string, string>> {
  const messages = await readTopic(brokers, topic);
  return new Map(messages.map((m) => [m.headers.get("event-id") ?? "", m.headers.get("event-id") ?? ""]));
}
