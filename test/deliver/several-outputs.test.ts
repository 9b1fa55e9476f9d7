import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it, onTestFinished } from "vitest";
import { drainAll, openRelays } from "../../src/app/delivery.ts";
import { createRuntime } from "../../src/app/runtime.ts";
import { setupKafka } from "../../src/deliver/sinks/kafka/setup.ts";
import type { HealthNotice } from "../../src/domain/event.ts";
import { describeWith } from "../support/availability.ts";
import { parseConfig } from "../support/configuration.ts";
import { freshTopicPrefix } from "../support/fresh-names.ts";
import { readTopic } from "../support/kafka/read-topic.ts";
import { freePort } from "../support/ports.ts";
import { kafkaForTests } from "../support/servers.ts";
import { tempDirOfMadeUpEvents } from "../support/temp-dir.ts";
import { event, upTo } from "./stage.ts";

const signal = new AbortController().signal;

interface Place {
  readonly directory: string;
  readonly state: string;
}

function newPlace(): Place {
  const directory = tempDirOfMadeUpEvents();
  return { directory, state: join(directory, "state") };
}

/** The relays of these outputs over the store of a place, as a command or an agent opens them. */
async function relaying({ directory, state }: Place, outputs: string) {
  const text = `segment: a\ntargets: [10.0.0.0/24]\noutputs:\n${outputs}\n`;
  const loaded = parseConfig(text, { path: "tripline.yaml", directory, environment: {}, now: 1 });
  if (!loaded.ok) throw new Error(loaded.error.text);
  const runtime = createRuntime();
  const opened = runtime.openState(state, "write");
  if (!opened.ok) throw new Error(opened.error.what);
  const { outbox, cycles } = opened.value;
  const told: HealthNotice[] = [];
  const { metrics } = runtime.telemetry;
  const onHealth = (notice: HealthNotice) => void told.push(notice);
  const made = await openRelays({ runtime, loaded: loaded.value, stateDirectory: state, outbox, onHealth });
  const close = async () => {
    await made.close();
    opened.value.close();
  };
  const add = (from: number, count: number) =>
    cycles.commitHealth(() => upTo(count).map((n) => event(from + n - 1)), 1);
  return { ...made, outbox, told, metrics, add, close };
}

function idsIn(file: string): readonly string[] {
  const lines = readFileSync(file, "utf8").split("\n").slice(0, -1);
  return lines.map((line) => JSON.parse(line).event.id);
}

const idsOf = (from: number, count: number) => upTo(count).map((n) => event(from + n - 1).id);

describe("several outputs of one kind", () => {
  it("each get every event, in a file of their own, with a cursor by their name", async () => {
    const place = newPlace();
    const { relays, outbox, metrics, add, close } = await relaying(
      place,
      "  file: { path: a.ndjson }\n  copy: { kind: file, path: b/b.ndjson }",
    );
    await add(1, 5);
    await drainAll(relays, signal);
    expect(idsIn(join(place.directory, "a.ndjson"))).toEqual(idsOf(1, 5));
    expect(idsIn(join(place.directory, "b", "b.ndjson"))).toEqual(idsOf(1, 5));
    expect((await outbox.status()).sinks).toMatchObject([
      { name: "copy", kind: "file", ackedSeq: 5, pending: 0 },
      { name: "file", kind: "file", ackedSeq: 5, pending: 0 },
    ]);
    expect(metrics.value("tripline_sink_events_total", { sink: "copy", outcome: "delivered" })).toBe(5);
    await close();
  });

  it("that come later start at the newest event, or with backfill at the oldest", async () => {
    const place = newPlace();
    const first = await relaying(place, "  file: { path: a.ndjson }");
    await first.add(1, 3);
    await drainAll(first.relays, signal);
    await first.close();
    const more = "  late: { kind: file, path: late.ndjson }\n  all: { kind: file, path: all.ndjson, backfill: true }";
    const second = await relaying(place, `  file: { path: a.ndjson }\n${more}`);
    await second.add(4, 2);
    await drainAll(second.relays, signal);
    await second.close();
    expect(idsIn(join(place.directory, "a.ndjson"))).toEqual(idsOf(1, 5));
    expect(idsIn(join(place.directory, "late.ndjson"))).toEqual(idsOf(4, 2));
    expect(idsIn(join(place.directory, "all.ndjson"))).toEqual(idsOf(1, 5));
  });

  it("that leave the configuration keep their cursor, and continue there when they come back", async () => {
    const place = newPlace();
    const both = "  file: { path: a.ndjson }\n  copy: { kind: file, path: b.ndjson }";
    const first = await relaying(place, both);
    await first.add(1, 2);
    await drainAll(first.relays, signal);
    await first.close();
    const without = await relaying(place, "  file: { path: a.ndjson }");
    await without.add(3, 2);
    await drainAll(without.relays, signal);
    expect((await without.outbox.status()).sinks).toMatchObject([
      { name: "copy", pending: 2 },
      { name: "file", pending: 0 },
    ]);
    await without.close();
    const again = await relaying(place, both);
    await drainAll(again.relays, signal);
    await again.close();
    expect(idsIn(join(place.directory, "b.ndjson"))).toEqual(idsOf(1, 4));
  });

  it("refuse and fail each by its own name", async () => {
    const place = newPlace();
    mkdirSync(join(place.directory, "taken"));
    const { relays, outbox, told, add, close } = await relaying(
      place,
      "  good: { kind: file, path: good.ndjson }\n  bad: { kind: file, path: taken }",
    );
    await add(1, 2);
    const ends = await drainAll(relays, signal);
    expect(ends).toMatchObject([
      { output: "good", result: { state: "empty", delivered: 2 } },
      { output: "bad", result: { state: "stopped", reason: { slug: "eisdir" } } },
    ]);
    expect(told).toMatchObject([
      { kind: "sink-down", subject: "bad", message: "Output bad does not accept events; they wait in the outbox." },
    ]);
    expect((await outbox.status()).sinks).toMatchObject([
      { name: "bad", state: "stopped" },
      { name: "good", state: "running" },
    ]);
    await close();
  });
});

describe("a state of version 0.1.0 with the outputs kafka and file", () => {
  it("continues where each of them was, beside outputs that are new", async () => {
    const place = newPlace();
    mkdirSync(place.state, { mode: 0o700 });
    const packed = readFileSync(new URL("../fixtures/state/outputs-0.1.0.db.gz", import.meta.url));
    writeFileSync(join(place.state, "tripline.db"), gunzipSync(packed), { mode: 0o600 });
    const port = await freePort();
    const { relays, outbox, close } = await relaying(
      place,
      `  kafka: { brokers: ["127.0.0.1:${port}"] }\n  file: { path: old.ndjson }\n  new: { kind: file, path: new.ndjson, backfill: true }`,
    );
    expect((await outbox.status()).sinks).toMatchObject([
      { name: "file", kind: "file", ackedSeq: 3, pending: 1 },
      { name: "kafka", kind: "kafka", ackedSeq: 0, pending: 4 },
      { name: "new", kind: "file", ackedSeq: 0, pending: 4 },
    ]);
    const waiting = (await outbox.readAfter(0, { maxRows: 10, maxBytes: 1e6 })).map(({ id }) => id);
    await drainAll(
      relays.filter(({ sink }) => sink.kind === "file"),
      signal,
    );
    expect(idsIn(join(place.directory, "old.ndjson"))).toEqual(waiting.slice(3));
    expect(idsIn(join(place.directory, "new.ndjson"))).toEqual(waiting);
    await close();
  });
});

describeWith(await kafkaForTests(), "two Kafka outputs", ({ brokers }) => {
  const written = (name: string, at: readonly string[], prefix: string) =>
    `  ${name}: { kind: kafka, brokers: ${JSON.stringify(at)}, topic_prefix: ${prefix} }`;
  const arrived = async (prefix: string) =>
    (await readTopic(brokers, `${prefix}.scan`)).map((m) => m.headers.get("event-id"));

  it("deliver to different topics, each with its own cursor", async () => {
    const prefixes = [freshTopicPrefix(), freshTopicPrefix()] as const;
    for (const prefix of prefixes) await setupKafka({ brokers, prefix, dryRun: false });
    const outputs = prefixes.map((prefix, i) => written(`k${i}`, brokers, prefix)).join("\n");
    const { relays, outbox, add, close } = await relaying(newPlace(), outputs);
    await add(1, 20);
    await drainAll(relays, signal);
    for (const prefix of prefixes) expect(await arrived(prefix)).toEqual(idsOf(1, 20));
    expect((await outbox.status()).sinks).toMatchObject([
      { name: "k0", pending: 0 },
      { name: "k1", pending: 0 },
    ]);
    await close();
  });

  it("do not wait for each other: one that is down holds nothing back from the other", async () => {
    const prefix = freshTopicPrefix();
    await setupKafka({ brokers, prefix, dryRun: false });
    const nobody = [`127.0.0.1:${await freePort()}`];
    const { relays, outbox, add, close } = await relaying(
      newPlace(),
      `${written("down", nobody, prefix)}\n${written("up", brokers, prefix)}`,
    );
    const stop = new AbortController();
    onTestFinished(() => stop.abort());
    const loops = relays.map((relay) => relay.run(stop.signal));
    const states = async () => Object.fromEntries((await outbox.status()).sinks.map((sink) => [sink.name, sink]));
    await add(1, 10);
    await expect.poll(async () => (await states())["up"]?.pending, { timeout: 60_000 }).toBe(0);
    // The other one has failed by now, and again events come.
    await expect.poll(async () => (await states())["down"]?.state, { timeout: 60_000 }).toBe("backing-off");
    await add(11, 10);
    for (const relay of relays) relay.wake();
    await expect.poll(async () => (await states())["up"]?.pending, { timeout: 60_000 }).toBe(0);
    expect(await states()).toMatchObject({
      down: { pending: 20, ackedSeq: 0 },
      up: { state: "running", ackedSeq: 20 },
    });
    expect(await arrived(prefix)).toEqual(idsOf(1, 20));
    stop.abort();
    await Promise.all(loops);
    await close();
  });
});
