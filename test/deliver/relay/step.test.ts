import { expect, it, describe } from "vitest";
import { newState, type RelayWork } from "../../../src/deliver/relay/state.ts";
import { advance } from "../../../src/deliver/relay/step.ts";
import { sendRows } from "../../../src/deliver/relay/send.ts";
import type { OutboxRow, SendResult, Sink } from "../../../src/domain/ports/sink.ts";
import { createTelemetry } from "../../../src/telemetry/happenings.ts";
import { silentLogger } from "../../../src/telemetry/logger.ts";
import { createMetrics } from "../../../src/telemetry/metrics.ts";
import { event, rowOf, stage, upTo } from "../stage.ts";
import { answering, DELIVERED, each, retry } from "./scripted.ts";

const never = new AbortController().signal;

/** One relay of which each step is looked at. */
async function steps(sink: Sink, count: number, random = 0) {
  const { store, cursor } = await stage({ sink, events: upTo(count).map((n) => event(n)) });
  const work: RelayWork = {
    options: {
      outbox: store.outbox,
      sink,
      clock: { now: () => 1, monotonic: () => 0 },
      random: () => random,
      telemetry: createTelemetry(silentLogger(), createMetrics()),
      onHealth: () => {},
    },
    state: newState(),
  };
  return { work, cursor, next: () => advance(work, never) };
}

describe("how long an output is left alone", () => {
  const asking =
    (...afterMs: readonly number[]) =>
    (some: readonly OutboxRow[]): SendResult => ({
      kind: "settled",
      outcomes: some.map((_, i) => ({
        kind: "retry",
        afterMs: afterMs[i] ?? 0,
        reason: { slug: "busy-429", text: "" },
      })),
    });

  it("is what it asks for, when that is longer than the pause would be", async () => {
    const { next } = await steps(answering(asking(7000)).sink, 1);
    expect(await next()).toEqual({ kind: "wait", ms: 7000 });
  });

  it("is the longest of what is asked for its rows", async () => {
    const { work, next } = await steps(answering(asking(10, 9000, 20)).sink, 3);
    work.state.window = 3;
    expect(await next()).toEqual({ kind: "wait", ms: 9000 });
  });

  it("grows while nothing is taken, and begins anew when something was", async () => {
    let takes = false;
    const rule = (some: readonly OutboxRow[]) =>
      each(some, (seq) => (takes && seq === 1 ? DELIVERED : retry("busy-503")));
    const { work, next } = await steps(answering(rule).sink, 2, 0.5);
    expect([await next(), await next(), await next()]).toEqual([1000, 2000, 4000].map((ms) => ({ kind: "wait", ms })));
    takes = true;
    work.state.window = 2;
    await next();
    expect(await next()).toEqual({ kind: "wait", ms: 1000 });
  });

  it("is about a minute when it stopped, apart for each agent, and nothing is sent before a good check", async () => {
    const stopped = answering(() => ({ kind: "stop", reason: { slug: "credentials", text: "no" } }));
    for (const [random, ms] of [
      [0, 48_000],
      [0.5, 60_000],
      [0.999, 71_976],
    ] as const) {
      const { next } = await steps({ ...stopped.sink, check: () => Promise.reject(new Error("down")) }, 1, random);
      const sent = stopped.sends.length;
      expect([await next(), await next()]).toEqual([
        { kind: "wait", ms },
        { kind: "wait", ms },
      ]);
      expect(stopped.sends.length - sent).toBe(1);
    }
  });
});

describe("which rows are sent together", () => {
  it("never more than the output takes, also when a row that keeps failing gets company", async () => {
    const failing = answering((some) => each(some, (seq) => (seq === 1 ? retry("malformed") : DELIVERED)));
    const sink = { ...failing.sink, limits: { ...failing.sink.limits, maxRows: 4 } };
    const { work, next } = await steps(sink, 30);
    for (let i = 0; i < 8; i++) {
      await next();
      expect(work.state.batch?.rows.length ?? 0).toBeLessThanOrEqual(4);
    }
    expect(Math.max(...failing.sends.map((sent) => sent.length))).toBeLessThanOrEqual(4);
  });

  it("a disabled output gets nothing, and its cursor stays", async () => {
    const { sink, sends } = answering(() => null);
    const { work, next, cursor } = await steps(sink, 2);
    await work.options.outbox.setSinkState(sink.name, { state: "disabled", reason: null, attempt: 0, at: 1 });
    expect(await next()).toEqual({ kind: "idle" });
    expect([sends, (await cursor()).ackedSeq]).toEqual([[], 0]);
  });
});

it("of several parts that passed, the smallest size is believed", async () => {
  const limited = (some: readonly OutboxRow[]): SendResult | null => {
    const most = some.some(({ seq }) => seq > 4) ? 1 : 2;
    return some.length > most ? { kind: "too-large" } : null;
  };
  const rows = upTo(8).map((n) => rowOf(event(n), n));
  const one = Buffer.byteLength(rows[7]?.body ?? "");
  expect(await sendRows(answering(limited).sink, rows, never)).toMatchObject({ passedBytes: one });
});
