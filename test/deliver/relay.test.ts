import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openState, stoppedClock } from "../../src/app/wiring.ts";
import { createRelay } from "../../src/deliver/relay/relay.ts";
import { createFileSink } from "../../src/deliver/sinks/file/sink.ts";
import { createMemorySink } from "../../src/deliver/sinks/memory/sink.ts";
import { classifyItem, classifyFailure } from "../../src/deliver/sinks/elasticsearch/classify.ts";
import { classifyKafkaError } from "../../src/deliver/sinks/kafka/classify.ts";
import type { HealthNotice } from "../../src/domain/event.ts";
import type { OutboxRow, SendResult, Sink } from "../../src/domain/ports/sink.ts";
import { createTelemetry } from "../../src/telemetry/happenings.ts";
import { silentLogger } from "../../src/telemetry/logger.ts";
import { createMetrics } from "../../src/telemetry/metrics.ts";
import { sampleEvent } from "../events/samples.ts";
import { tempDir } from "../support/temp-dir.ts";

/** A store with `count` events and one registered sink. */
async function stage(sink: Sink, count: number) {
  const opened = openState(join(tempDir(), "state"), "write");
  if (!opened.ok) throw new Error(opened.error.what);
  const store = opened.value;
  await store.outbox.registerSink({ name: sink.name, kind: sink.kind, backfill: true });
  await store.cycles.commitHealth(() => Array.from({ length: count }, (_, i) => sampleEvent(i)), 1);
  const told: HealthNotice[] = [];
  const telemetry = createTelemetry(silentLogger(), createMetrics());
  const relay = createRelay({
    outbox: store.outbox,
    sink,
    clock: stoppedClock(1),
    random: () => 0,
    telemetry,
    onHealth: (n) => told.push(n),
  });
  return { store, relay, told };
}

/** The memory sink behind a script of answers; when the script is over everything is taken. */
function scripted(answers: readonly ((rows: readonly OutboxRow[]) => SendResult)[]) {
  const memory = createMemorySink();
  const left = [...answers];
  const sink: Sink = {
    ...memory,
    send: (rows, signal) => {
      const answer = left.shift()?.(rows);
      return answer === undefined ? memory.send(rows, signal) : Promise.resolve(answer);
    },
  };
  return { sink, memory };
}

const BUSY = { slug: "busy", text: "later" };

describe("the relay", () => {
  it("delivers every committed event once and in order, beginning with one row", async () => {
    const memory = createMemorySink();
    const { relay, store } = await stage(memory, 30);
    expect(await relay.drain(new AbortController().signal)).toMatchObject({ state: "empty", delivered: 30, dead: 0 });
    expect(memory.taken.map((row) => row.seq)).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
    expect((await store.outbox.status()).sinks[0]?.pending).toBe(0);
    store.close();
  });

  it("sends only the rows again that were not taken", async () => {
    const { sink, memory } = scripted([
      (rows) => ({ kind: "settled", outcomes: rows.map(() => ({ kind: "delivered" })) }),
      (rows) => ({
        kind: "settled",
        outcomes: rows.map((row) => (row.seq === 2 ? { kind: "retry", reason: BUSY } : { kind: "delivered" })),
      }),
    ]);
    const { relay, store } = await stage(sink, 3);
    expect(await relay.drain(new AbortController().signal)).toMatchObject({ state: "empty", delivered: 3 });
    expect(memory.taken.map((row) => row.seq)).toEqual([2]);
    store.close();
  });

  it("puts a row that is refused for good into the dead letters and goes on", async () => {
    const { sink, memory } = scripted([
      (rows) => ({
        kind: "settled",
        outcomes: rows.map(() => ({ kind: "rejected", reason: { slug: "mapping", text: "no" } })),
      }),
    ]);
    const { relay, store, told } = await stage(sink, 3);
    expect(await relay.drain(new AbortController().signal)).toMatchObject({ delivered: 2, dead: 1 });
    expect((await store.outbox.deadLetters(null)).map((letter) => [letter.seq, letter.reason.slug])).toEqual([
      [1, "mapping"],
    ]);
    expect(memory.taken.map((row) => row.seq)).toEqual([2, 3]);
    expect(told.map((notice) => notice.kind)).toEqual(["event-rejected"]);
    store.close();
  });

  it("halves a batch that is too large until only the guilty row is refused", async () => {
    const { sink, memory } = scripted([]);
    const choosy: Sink = {
      ...sink,
      send: (rows, signal) =>
        rows.some((row) => row.seq === 5) ? Promise.resolve({ kind: "too-large" }) : memory.send(rows, signal),
    };
    const { relay, store } = await stage(choosy, 12);
    expect(await relay.drain(new AbortController().signal)).toMatchObject({ delivered: 11, dead: 1 });
    expect(memory.taken.map((row) => row.seq)).not.toContain(5);
    store.close();
  });

  it("stops when the sink says so, and keeps every row", async () => {
    const { sink } = scripted([() => ({ kind: "stop", reason: { slug: "credentials", text: "401" } })]);
    const { relay, store, told } = await stage(sink, 4);
    expect(await relay.drain(new AbortController().signal)).toMatchObject({ state: "stopped", delivered: 0 });
    expect((await store.outbox.status()).sinks[0]).toMatchObject({ state: "stopped", pending: 4, deadLetters: 0 });
    expect(told.map((notice) => notice.kind)).toEqual(["sink-down"]);
    store.close();
  });

  it("treats a sink that answers for fewer rows as one that said nothing", async () => {
    const { sink, memory } = scripted([() => ({ kind: "settled", outcomes: [] })]);
    const { relay, store } = await stage(sink, 2);
    expect(await relay.drain(new AbortController().signal)).toMatchObject({ state: "empty", delivered: 2 });
    expect(memory.taken.map((row) => row.seq)).toEqual([1, 2]);
    store.close();
  });
});

describe("the file sink", () => {
  it("cuts a torn last line and does not write a batch twice after a crash", async () => {
    const path = join(tempDir(), "events.ndjson");
    const rows = [sampleEvent(1), sampleEvent(2)].map(
      (e, i): OutboxRow => ({ ...e, seq: i + 1, digest: "", createdAt: 0 }),
    );
    const first = createFileSink({ path, clock: stoppedClock(0) });
    await first.send(rows.slice(0, 1), new AbortController().signal);
    await first.close(100);
    writeFileSync(path, `${readFileSync(path, "utf8")}{"event":{"torn é`.slice(0, -1));
    const second = createFileSink({ path, clock: stoppedClock(0) });
    await second.send(rows, new AbortController().signal);
    await second.close(100);
    expect(readFileSync(path, "utf8")).toBe(rows.map((row) => `${row.body}\n`).join(""));
  });

  it("stops with the path in the reason when it may not write there", async () => {
    const sink = createFileSink({ path: join("/proc", "events.ndjson"), clock: stoppedClock(0) });
    const result = await sink.send(
      [{ ...sampleEvent(1), seq: 1, digest: "", createdAt: 0 }],
      new AbortController().signal,
    );
    expect(JSON.stringify(result)).toContain("/proc/events.ndjson");
  });
});

describe("what Elasticsearch answers", () => {
  const item = { type: "x", text: "", failureStore: null };
  it.each([
    ["created is delivered", { ...item, status: 201 }, "delivered"],
    ["already there is delivered", { ...item, status: 409 }, "delivered"],
    ["in the failure store is rejected", { ...item, status: 201, failureStore: "used" }, "rejected"],
    [
      "a missing pipeline stops, it never dead-letters",
      { ...item, status: 400, text: "pipeline with id [a] does not exist" },
      "stop",
    ],
    ["a wrong value is rejected", { ...item, status: 400, text: "failed to parse" }, "rejected"],
    ["no right stops", { ...item, status: 403 }, "stop"],
    ["no stream stops", { ...item, status: 404 }, "stop"],
    ["a full queue is tried again", { ...item, status: 429 }, "retry"],
    ["an unclear error is tried again", { ...item, status: 500 }, "retry"],
  ])("%s", (_, answer, kind) => {
    expect(classifyItem(answer).kind).toBe(kind);
  });

  const failure = { status: null, type: "ConnectionError", text: "", retryAfterMs: null, permanent: false };
  it.each([
    ["no connection keeps the batch", failure, "settled"],
    ["401 stops", { ...failure, status: 401 }, "stop"],
    ["413 is too large", { ...failure, status: 413 }, "too-large"],
    ["another product stops", { ...failure, permanent: true }, "stop"],
    ["a malformed request is taken apart", { ...failure, status: 400 }, "bisect"],
    ["a proxy page stops", { ...failure, status: 302 }, "stop"],
  ])("as a whole: %s", (_, answer, kind) => {
    expect(classifyFailure(answer, 3).kind).toBe(kind);
  });
});

describe("what Kafka answers", () => {
  const protocol = (code: number) =>
    Object.assign(new Error("outer"), { cause: Object.assign(new Error("inner"), { code }) });
  it.each([
    ["a message that is too large is bisected", protocol(10), "too-large"],
    ["an unknown topic stops", protocol(3), "stop"],
    ["no right on the topic stops", protocol(29), "stop"],
    ["a lost sequence is tried again", protocol(45), "retry"],
    ["a moved leader is tried again", protocol(6), "retry"],
    ["a refused connection is tried again", Object.assign(new Error("x"), { code: "ECONNREFUSED" }), "retry"],
    [
      "an untrusted certificate stops",
      Object.assign(new Error("x"), { cause: Object.assign(new Error("y"), { code: "SELF_SIGNED_CERT_IN_CHAIN" }) }),
      "stop",
    ],
  ])("%s", (_, error, kind) => {
    expect(classifyKafkaError(error).kind).toBe(kind);
  });
});
