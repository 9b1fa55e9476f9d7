import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sendRows } from "../../../src/deliver/relay/send.ts";
import type { OutboxRow, SendResult, Sink } from "../../../src/domain/ports/sink.ts";
import { event, rowOf, upTo } from "../stage.ts";
import { answering, DELIVERED, each, retry } from "./scripted.ts";

const never = new AbortController().signal;
const rows = (count: number) => upTo(count).map((n) => rowOf(event(n), n));
const LARGE: SendResult = { kind: "too-large" };
const STOP: SendResult = { kind: "stop", reason: { slug: "credentials", text: "no" } };
const bytes = (some: readonly OutboxRow[]) => some.reduce((sum, row) => sum + Buffer.byteLength(row.body), 0);

async function words(sink: Sink, count: number): Promise<readonly string[]> {
  const tried = await sendRows(sink, rows(count), never);
  if (tried.kind === "stop") return [`stop ${tried.reason.slug}`];
  return tried.outcomes.map((one) => (one.kind === "delivered" ? "taken" : `${one.kind} ${one.reason.slug}`));
}

describe("a batch that is too large", () => {
  it("is halved until the guilty rows are alone, wherever they stand, and each row keeps its place", async () => {
    const guilty = fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(guilty, fc.integer({ min: 1, max: 9 }), async (bad, count) => {
        const { sink, taken } = answering((some) => (some.some(({ seq }) => bad.includes(seq)) ? LARGE : null));
        const expected = upTo(count).map((seq) => (bad.includes(seq) ? "rejected too-large" : "taken"));
        expect(await words(sink, count)).toEqual(expected);
        expect(taken()).toEqual(upTo(count).filter((seq) => !bad.includes(seq)));
      }),
      { numRuns: 60 },
    );
  });

  it("by its bytes: what passed is told, so that the next one is smaller, and it did pass", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 16 }), fc.integer({ min: 1, max: 8 }), async (count, most) => {
        const limit = bytes(rows(16).slice(-1)) * most;
        const { sink, sends } = answering((some) => (bytes(some) > limit ? LARGE : null));
        const tried = await sendRows(sink, rows(count), never);
        if (tried.kind !== "outcomes") throw new Error("the sink stopped");
        expect(tried.outcomes.every((one) => one.kind === "delivered")).toBe(true);
        if (sends.length === 1) expect(tried.passedBytes).toBeNull();
        else expect(tried.passedBytes).toBeLessThanOrEqual(limit);
      }),
      { numRuns: 40 },
    );
  });

  it.each<[string, number, (some: readonly OutboxRow[]) => SendResult | null, boolean]>([
    ["nothing was too large", 4, () => null, false],
    ["one row alone is to blame", 4, (some) => (some.some(({ seq }) => seq === 3) ? LARGE : null), false],
    ["only the whole was", 4, (some) => (some.length > 2 ? LARGE : null), true],
    [
      "the halves wait: nothing has passed",
      4,
      (some) => (some.length > 2 ? LARGE : each(some, () => retry("busy"))),
      false,
    ],
    [
      "one half waits, the other passed",
      4,
      (some) => (some.length > 2 ? LARGE : some[0]?.seq === 1 ? null : each(some, () => retry("busy"))),
      true,
    ],
  ])("whether a size is believed: %s", async (_, count, rule, expected) => {
    const tried = await sendRows(answering(rule).sink, rows(count), never);
    expect(tried.kind === "outcomes" && tried.passedBytes !== null).toBe(expected);
  });

  it("stops as a whole when the first half does, and keeps what the first half brought when the second does", async () => {
    const first = answering((some) => (some.length > 2 ? LARGE : STOP));
    expect(await words(first.sink, 4)).toEqual(["stop credentials"]);
    expect(first.sends).toHaveLength(2);
    const second = answering((some) => (some.length > 2 ? LARGE : some[0]?.seq === 3 ? STOP : null));
    expect(await words(second.sink, 4)).toEqual(["taken", "taken", "retry credentials", "retry credentials"]);
  });
});

describe("an answer that is none", () => {
  it("no rows, no send", async () => {
    const { sink, sends } = answering(() => STOP);
    expect(await sendRows(sink, [], never)).toEqual({ kind: "outcomes", outcomes: [], passedBytes: null });
    expect(sends).toEqual([]);
  });

  it.each([0, 1, 2, 4])("%i answers for 3 rows say nothing about any of them", async (count) => {
    const { sink } = answering(() => ({ kind: "settled", outcomes: upTo(count).map(() => DELIVERED) }));
    expect(await words(sink, 3)).toEqual(upTo(3).map(() => "retry answer-mismatch"));
  });

  it.each<[string, () => Promise<SendResult>]>([
    ["an error", () => Promise.reject(new Error("x".repeat(5000)))],
    [
      "an error before it promised anything",
      () => {
        throw new TypeError("bug");
      },
    ],
    ["what is no error", () => Promise.reject("text")],
  ])("a client that throws %s: every row is unknown, and the text is short", async (_, send) => {
    const sink = { ...answering(() => null).sink, send };
    const tried = await sendRows(sink, rows(2), never);
    expect(tried.kind === "outcomes" ? tried.outcomes : []).toEqual([
      { kind: "retry", reason: { slug: "client-error", text: expect.stringMatching(/^.{1,300}$/) } },
      { kind: "retry", reason: { slug: "client-error", text: expect.any(String) } },
    ]);
  });

  it("a client that never settles: the deadline of the output ends it, or the agent's own end", async () => {
    const silent = { ...answering(() => null).sink, send: () => new Promise<SendResult>(() => {}) };
    const limited = { ...silent, limits: { ...silent.limits, sendTimeoutMs: 5 } };
    expect(await words(limited, 2)).toEqual(["retry deadline", "retry deadline"]);
    const stopped = await sendRows(silent, rows(1), AbortSignal.abort());
    expect(stopped).toMatchObject({ outcomes: [{ kind: "retry", reason: { slug: "stopped" } }] });
  });

  it("the client is told when its time is over", async () => {
    const told = Promise.withResolvers<boolean>();
    const sink: Sink = {
      ...answering(() => null).sink,
      limits: { maxRows: 1, maxBytes: 1, sendTimeoutMs: 5 },
      send: (_, signal) => {
        signal.addEventListener("abort", () => told.resolve(signal.aborted));
        return new Promise(() => {});
      },
    };
    await sendRows(sink, rows(1), never);
    expect(await told.promise).toBe(true);
  });
});
