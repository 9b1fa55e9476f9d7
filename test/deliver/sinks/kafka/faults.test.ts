import { describe, expect, it, vi } from "vitest";
import { createKafkaSink } from "../../../../src/deliver/sinks/kafka/sink.ts";
import type { Sink } from "../../../../src/domain/ports/sink.ts";
import { type FakeBroker, fakeBroker, type Manner } from "../../../support/kafka/fake-broker.ts";
import { freePort } from "../../../support/ports.ts";
import { event, stage, upTo } from "../../stage.ts";
import { PATIENCE_MS } from "../../../support/patience.ts";

const DEADLINES = { connect: 60, send: 120, check: 60 };
const noRow = new AbortController().signal;

function sinkAt(brokers: readonly string[]): Sink {
  return createKafkaSink({ brokers, compression: "none", prefix: "none", deadlines: DEADLINES });
}

/** A relay before that broker, ended in the send after so many. */
async function tried(brokers: readonly string[], sends: number) {
  const end = new AbortController();
  const inner = sinkAt(brokers);
  const left = { sends };
  const sink: Sink = {
    ...inner,
    send: (rows, signal) => {
      if (left.sends === 0) end.abort();
      left.sends -= 1;
      return inner.send(rows, signal);
    },
  };
  const staged = await stage({ sink, events: upTo(3).map((n) => event(n)) });
  return { ...staged, result: await staged.drain(end.signal) };
}

/** kafkajs ends its connections in its own time; they must end. */
async function allGone(broker: FakeBroker): Promise<void> {
  await vi.waitFor(() => expect(broker.open).toBe(0), { timeout: PATIENCE_MS / 4 });
}

const HTTP = Buffer.from("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
/** A frame of the right form for the first request, with nonsense in it. */
const NONSENSE = Buffer.from([0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 1, 2]);

describe("a broker that is none keeps every row, is told as down, and leaves no connection behind", () => {
  it.each<[string, Manner, string]>([
    ["accepts and never answers", { kind: "silent" }, "connect took longer than 0.06 s"],
    ["answers one byte at a time", { kind: "drips", everyMs: 10 }, "connect took longer than 0.06 s"],
    ["speaks HTTP", { kind: "says", bytes: HTTP }, ""],
    ["names a negative size (this ended the agent)", { kind: "says", bytes: Buffer.alloc(8, 0xff) }, ""],
    ["names an empty answer (this ended the agent)", { kind: "says", bytes: Buffer.alloc(8) }, ""],
    ["answers nonsense in the right form", { kind: "says", bytes: NONSENSE }, ""],
    ["hangs up", { kind: "hangs-up" }, ""],
  ])("%s", async (_, manner, words) => {
    const broker = await fakeBroker(manner);
    const { result, cursor, dead, told } = await tried([broker.address], 3);
    expect(result).toMatchObject({ state: "timeout", delivered: 0, dead: 0, reason: { slug: "connection" } });
    expect(result.reason?.text).toContain(words);
    expect(await cursor()).toMatchObject({ state: "backing-off", pending: 3, ackedSeq: 0 });
    expect(await dead()).toEqual([]);
    expect(told.map((notice) => notice.kind)).toEqual(["sink-down"]);
    expect(broker.accepted).toBeGreaterThanOrEqual(3);
    await allGone(broker);
  });

  it("cannot be reached at all", async () => {
    const { result, cursor, told } = await tried([`127.0.0.1:${await freePort()}`], 3);
    expect(result).toMatchObject({ delivered: 0, dead: 0, reason: { slug: "connection" } });
    expect(await cursor()).toMatchObject({ state: "backing-off", pending: 3 });
    expect(told.map((notice) => notice.kind)).toEqual(["sink-down"]);
  });
});

it("a hundred rounds before a silent broker leave no connection, no timer and no rejection behind", async () => {
  const broker = await fakeBroker({ kind: "silent" });
  const sink = createKafkaSink({
    brokers: [broker.address],
    compression: "none",
    prefix: "none",
    deadlines: { ...DEADLINES, connect: 5 },
  });
  const { drain, cursor } = await stage({ sink, events: [event(1)] });
  const end = new AbortController();
  const draining = drain(end.signal);
  await vi.waitFor(() => expect(broker.accepted).toBeGreaterThanOrEqual(100), { timeout: PATIENCE_MS / 4 });
  end.abort();
  await draining;
  expect(await cursor()).toMatchObject({ pending: 1 });
  await allGone(broker);
});

describe("the check", () => {
  it.each<[string, Manner]>([
    ["of a silent broker", { kind: "silent" }],
    ["of a dripping broker", { kind: "drips", everyMs: 10 }],
    ["of something else", { kind: "says", bytes: Buffer.alloc(8, 0xff) }],
  ])("%s ends by itself, is not good, and leaves no connection behind", async (_, manner) => {
    const broker = await fakeBroker(manner);
    const [check] = await sinkAt([broker.address]).check(noRow);
    expect(check).toMatchObject({ name: "connect", ok: false });
    expect(check?.fix).toContain("outputs.kafka.brokers");
    await allGone(broker);
  });

  it("ends with its signal", async () => {
    const broker = await fakeBroker({ kind: "silent" });
    const sink = createKafkaSink({ brokers: [broker.address], compression: "none", prefix: "none" });
    const end = new AbortController();
    const checking = sink.check(end.signal);
    await vi.waitFor(() => expect(broker.accepted).toBe(1), { timeout: PATIENCE_MS / 4 });
    end.abort();
    expect(await checking).toMatchObject([{ ok: false }]);
    await allGone(broker);
  });
});
