import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createMemorySink } from "../../support/memory-sink.ts";
import type { Outbox } from "../../../src/domain/ports/outbox.ts";
import type { Sink } from "../../../src/domain/ports/sink.ts";
import { event, stage, upTo } from "../stage.ts";
import { answering, DELIVERED, each, rejected, retry, scripted } from "./scripted.ts";

const sameSize = (count: number, from = 100) => upTo(count).map((n) => event(from + n));
const events = (count: number) => upTo(count).map((n) => event(n));

afterEach(() => void vi.useRealTimers());

describe("the relay", () => {
  it("delivers every committed event once and in order, beginning with one row and doubling", async () => {
    const { sink, sends, taken } = answering(() => null);
    const { drain, cursor } = await stage({ sink, events: events(30) });
    expect(await drain()).toMatchObject({ state: "empty", delivered: 30, dead: 0 });
    expect(taken()).toEqual(upTo(30));
    expect(sends.map((rows) => rows.length)).toEqual([1, 2, 4, 8, 15]);
    expect(await cursor()).toMatchObject({ state: "running", ackedSeq: 30, pending: 0 });
  });

  it("sends only the rows again that were not taken", async () => {
    const { sink, sends } = scripted([
      (rows) => each(rows, () => DELIVERED),
      (rows) => each(rows, (seq) => (seq === 2 ? retry("busy") : DELIVERED)),
    ]);
    const { drain } = await stage({ sink, events: events(3) });
    expect(await drain()).toMatchObject({ state: "empty", delivered: 3 });
    expect(sends).toEqual([[1], [2, 3], [2]]);
  });

  it("comes back after an outage with one row, also inside the batch that failed", async () => {
    const down = { left: 2 };
    const { sink, sends } = answering((rows) =>
      rows.length >= 4 && down.left-- > 0 ? each(rows, () => retry("connection")) : null,
    );
    const { drain } = await stage({ sink, events: events(15) });
    await drain();
    expect(sends.map((rows) => rows.length)).toEqual([1, 2, 4, 1, 2, 1, 8, 1, 2, 4, 1]);
  });

  it("goes on as long as something moves, however long the whole takes, and tells how far it is", async () => {
    const clock = { now: 0 };
    // Each send takes longer than half the patience; all of them together take many times of it.
    const { sink } = answering((rows) => {
      clock.now += 20_000;
      return each(rows, (seq) => (seq % 7 === 0 && clock.now % 3 === 0 ? retry("busy") : DELIVERED));
    });
    const { drain } = await stage({ sink, events: events(600), monotonic: () => clock.now });
    const seen: number[] = [];
    const limits = { patienceMs: 30_000, onProgress: (settled: number) => seen.push(settled) };
    expect(await drain(undefined, limits)).toMatchObject({ state: "empty", delivered: 600 });
    expect(clock.now).toBeGreaterThan(5 * 30_000);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(new Set(seen).size).toBeGreaterThan(3);
  });

  it("gives up when nothing was taken for as long as its patience", async () => {
    const clock = { now: 0 };
    const { sink } = answering((rows) => {
      clock.now += 10_000;
      return rows[0]?.seq === 1 ? null : each(rows, () => retry("connection"));
    });
    const { drain, cursor } = await stage({ sink, events: events(5), monotonic: () => clock.now });
    const limits = { patienceMs: 30_000 };
    expect(await drain(undefined, limits)).toMatchObject({
      state: "timeout",
      delivered: 1,
      reason: { slug: "connection" },
    });
    expect(clock.now).toBeLessThanOrEqual(60_000);
    expect(await cursor()).toMatchObject({ pending: 4, deadLetters: 0 });
  });

  it("counts what was refused by its reasons", async () => {
    const { sink } = answering((rows) =>
      each(rows, (seq) => (seq % 2 === 0 ? rejected(seq > 6 ? "b" : "a") : DELIVERED)),
    );
    const { drain } = await stage({ sink, events: events(10) });
    const refused = [
      { reason: { slug: "a", text: "a" }, events: 3 },
      { reason: { slug: "b", text: "b" }, events: 2 },
    ];
    expect(await drain()).toMatchObject({ state: "empty", delivered: 5, dead: 5, refused });
  });

  it("never moves the cursor over a row that waits", async () => {
    const moves: number[] = [];
    const watch = (outbox: Outbox): Outbox => ({
      ...outbox,
      commitRelay: (commit) => {
        moves.push(commit.ackedSeq);
        return outbox.commitRelay(commit);
      },
    });
    const stuck = { left: 5 };
    const { sink, sends } = answering((rows) => {
      if (!rows.some((row) => row.seq === 2) || stuck.left-- === 0) return null;
      expect(moves).toEqual([1]);
      return each(rows, (seq) => (seq === 2 ? retry("server-error") : DELIVERED));
    });
    const { drain, cursor } = await stage({ sink, events: events(8), between: watch });
    expect(await drain()).toMatchObject({ state: "empty", delivered: 8, dead: 0 });
    expect(sends.flat().filter((seq) => seq !== 2)).toEqual([1, 3, 4, 5, 6, 7, 8]);
    expect(await cursor()).toMatchObject({ ackedSeq: 8 });
  });

  it("treats a sink that answers for fewer rows as one that said nothing", async () => {
    const { sink, taken } = scripted([() => ({ kind: "settled", outcomes: [] })]);
    const { drain } = await stage({ sink, events: events(2) });
    expect(await drain()).toMatchObject({ state: "empty", delivered: 2 });
    expect(taken()).toEqual([1, 2]);
  });

  it("treats a sink that throws, at once or later, as one that said nothing", async () => {
    const answers = [
      () => {
        throw new Error("at once");
      },
      () => Promise.reject(new Error("later")),
    ];
    const memory = createMemorySink();
    const sink: Sink = { ...memory, send: (rows, signal) => answers.shift()?.() ?? memory.send(rows, signal) };
    const { drain } = await stage({ sink, events: events(2) });
    expect(await drain()).toMatchObject({ state: "empty", delivered: 2, dead: 0 });
  });

  it("does not wait for a sink that never settles, and ignores what comes late", async () => {
    const memory = createMemorySink();
    const late = Promise.withResolvers<never>();
    const first = { hangs: true };
    const sink: Sink = {
      ...memory,
      limits: { ...memory.limits, sendTimeoutMs: 5 },
      send: (rows, signal) => {
        if (!first.hangs) return memory.send(rows, signal);
        first.hangs = false;
        return late.promise;
      },
    };
    const { drain } = await stage({ sink, events: events(3) });
    expect(await drain()).toMatchObject({ state: "empty", delivered: 3 });
    late.reject(new Error("nobody listens any more"));
    expect(memory.taken).toHaveLength(3);
  });

  it("leaves a send alone that has ended, when its deadline passes (a later send lost its producer by it)", async () => {
    const signals: AbortSignal[] = [];
    const memory = createMemorySink();
    const sink: Sink = {
      ...memory,
      send: (rows, signal) => {
        signals.push(signal);
        return memory.send(rows, signal);
      },
    };
    const { drain } = await stage({ sink, events: events(3) });
    vi.useFakeTimers();
    await drain(new AbortController().signal);
    vi.advanceTimersByTime(memory.limits.sendTimeoutMs);
    expect(signals.map((signal) => signal.aborted)).toEqual([false, false]);
  });

  it("says nothing about the sink when it was itself ended during a send", async () => {
    const end = new AbortController();
    const { sink } = answering((rows) => {
      if (rows[0]?.seq === 1) return null;
      end.abort();
      return each(rows, () => retry("connection"));
    });
    const { drain, cursor } = await stage({ sink, events: events(3) });
    expect(await drain(end.signal)).toMatchObject({ state: "timeout", delivered: 1 });
    expect(await cursor()).toMatchObject({ state: "running", reason: null, attempt: 0, pending: 2 });
  });

  it("counts what became of every try", async () => {
    const { sink } = scripted([
      (rows) => each(rows, () => retry("busy")),
      (rows) => each(rows, () => ({ kind: "delivered", note: "already-present" })),
      (rows) => each(rows, (seq) => (seq === 2 ? rejected("failure-store") : rejected("mapping"))),
    ]);
    const { drain, metrics } = await stage({ sink, events: events(4) });
    await drain();
    const counted = (outcome: string) => metrics.value("tripline_sink_events_total", { sink: "memory", outcome });
    expect(["retried", "already_present", "failure_store", "rejected", "delivered"].map(counted)).toEqual([
      1, 1, 1, 1, 1,
    ]);
  });

  it("goes on when the store refused a commit, without sending again (a relay whose store was full ended for ever)", async () => {
    const full = { left: 1 };
    const breaks = (outbox: Outbox): Outbox => ({
      ...outbox,
      commitRelay: (commit) => (full.left-- > 0 ? Promise.reject(new Error("full")) : outbox.commitRelay(commit)),
    });
    const { sink, sends } = answering(() => null);
    const { relay, cursor } = await stage({ sink, events: events(3), between: breaks });
    const end = new AbortController();
    vi.useFakeTimers();
    const running = relay.run(end.signal);
    await vi.advanceTimersByTimeAsync(20_000);
    end.abort();
    await running;
    expect(sends).toEqual([[1], [2, 3]]);
    expect(await cursor()).toMatchObject({ ackedSeq: 3 });
  });

  it("sends within a second what was committed without a word", async () => {
    const { sink, taken } = answering(() => null);
    const { relay, add } = await stage({ sink, events: [] });
    const end = new AbortController();
    vi.useFakeTimers();
    const running = relay.run(end.signal);
    await vi.advanceTimersByTimeAsync(10);
    await add(events(1));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(taken()).toEqual([1]);
    end.abort();
    await running;
  });
});

describe("a row that is refused", () => {
  it("for good lies in the dead letters, and the rest goes on", async () => {
    const { sink, taken } = scripted([(rows) => each(rows, () => rejected("mapping"))]);
    const { drain, dead, told } = await stage({ sink, events: events(3) });
    expect(await drain()).toMatchObject({ delivered: 2, dead: 1 });
    expect(await dead()).toEqual([[1, "mapping"]]);
    expect(taken()).toEqual([2, 3]);
    expect(told.map((notice) => [notice.kind, notice.reason])).toEqual([["event-rejected", "mapping"]]);
  });

  it("with an unclear error ten times goes when others are taken, also as the first in the queue", async () => {
    const { sink, sends, taken } = answering((rows) =>
      rows.some((row) => row.seq === 1) ? each(rows, (seq) => (seq === 1 ? retry("server-error") : DELIVERED)) : null,
    );
    const { drain, store, told } = await stage({ sink, events: events(12) });
    expect(await drain()).toMatchObject({ state: "empty", delivered: 11, dead: 1 });
    expect(sends.filter((rows) => rows.includes(1))).toHaveLength(10);
    expect(sends.flat().filter((seq) => seq !== 1)).toEqual(upTo(12).slice(1));
    expect(await store.outbox.deadLetters(null)).toMatchObject([{ seq: 1, attempts: 10 }]);
    expect(taken()).toEqual([]);
    expect(told.map((notice) => notice.kind)).toEqual(["event-rejected"]);
  });

  it("with an unclear error stays for ever while nothing else is taken", async () => {
    const end = new AbortController();
    const { sink, sends } = answering((rows) => {
      if (sends.length === 15) end.abort();
      return each(rows, () => retry("server-error"));
    });
    const { drain, dead, cursor } = await stage({ sink, events: events(6) });
    expect(await drain(end.signal)).toMatchObject({ state: "timeout", delivered: 0, dead: 0 });
    expect(await dead()).toEqual([]);
    expect(await cursor()).toMatchObject({ state: "backing-off", pending: 6 });
  });

  it("is told once per reason with a count, and at most once an hour", async () => {
    const clock = { ms: 0 };
    const { sink } = answering((rows) => each(rows, () => rejected("mapping")));
    const { drain, add, told } = await stage({ sink, events: events(7), monotonic: () => clock.ms });
    await drain();
    clock.ms = 3_599_999;
    await add([event(8)]);
    await drain();
    clock.ms = 3_600_000;
    await add([event(9)]);
    await drain();
    expect(told.map((notice) => notice.message)).toEqual([
      "Output memory refused an event for good; it is in the dead letters.",
      "Output memory refused 8 events for good; they are in the dead letters.",
    ]);
  });

  it("raises nothing when it is itself about health", async () => {
    const health = { fields: { event: { kind: "event", provider: "health" } } };
    const { sink } = answering((rows) => each(rows, () => rejected("mapping")));
    const { drain, told, dead } = await stage({ sink, events: [event(1, health)] });
    await drain();
    expect(await dead()).toEqual([[1, "mapping"]]);
    expect(told).toEqual([]);
  });

  it("is set aside unsent when the disk changed its bytes", async () => {
    const corrupt = (outbox: Outbox): Outbox => ({
      ...outbox,
      readAfter: async (...args) =>
        (await outbox.readAfter(...args)).map((row) => (row.seq === 2 ? { ...row, body: row.body + " " } : row)),
    });
    const { sink, taken } = answering(() => null);
    const { drain, dead } = await stage({ sink, events: events(3), between: corrupt });
    expect(await drain()).toMatchObject({ delivered: 2, dead: 1 });
    expect(taken()).toEqual([1, 3]);
    expect(await dead()).toEqual([[2, "body-corrupt"]]);
  });
});

describe("dead letters without room", () => {
  it("stop the sink with the reason; rows stay and are not sent again (the loop ended without a word)", async () => {
    const { sink, sends } = answering((rows) => each(rows, () => rejected("mapping")));
    const huge = event(1, { fields: { pad: "x".repeat(64 * 1024 ** 2) } });
    const { drain, dead, cursor, told } = await stage({ sink, events: [huge, event(2)] });
    expect(await drain()).toMatchObject({ state: "stopped", reason: { slug: "dead-letters-full" } });
    expect(await drain()).toMatchObject({ state: "stopped" });
    expect(sends).toEqual([[1]]);
    expect(await dead()).toEqual([]);
    expect(await cursor()).toMatchObject({ state: "stopped", pending: 2 });
    expect(told.map((notice) => notice.kind)).toEqual(["sink-down"]);
  });
});

describe("a batch that is too large", () => {
  it("is halved until only the guilty row is refused", async () => {
    const { sink, taken } = answering((rows) => (rows.some((row) => row.seq === 5) ? { kind: "too-large" } : null));
    const { drain, dead } = await stage({ sink, events: events(12) });
    expect(await drain()).toMatchObject({ delivered: 11, dead: 1 });
    expect(taken()).toEqual(upTo(12).filter((seq) => seq !== 5));
    expect(await dead()).toEqual([[5, "too-large"]]);
  });

  it("leaves the size that passed behind for ten minutes", async () => {
    const clock = { ms: 0 };
    const limit = { rows: 3 };
    const { sink, sends } = answering((rows) => (rows.length > limit.rows ? { kind: "too-large" } : null));
    const { drain, add } = await stage({ sink, events: sameSize(15), monotonic: () => clock.ms });
    await drain();
    expect(sends.map((rows) => rows.length)).toEqual([1, 2, 4, 2, 2, 2, 2, 2, 2]);
    limit.rows = 500;
    clock.ms = 10 * 60_000;
    await add(sameSize(40, 200));
    await drain();
    expect(sends.at(-1)?.length).toBeGreaterThan(3);
  });
});

describe("a sink that stops", () => {
  const credentials = { kind: "stop", reason: { slug: "credentials", text: "401" } } as const;

  it("keeps every row, is told, and leaves by a good check only", async () => {
    const ok = { now: false, asked: 0 };
    const { sink, sends } = scripted([() => credentials]);
    const watched: Sink = {
      ...sink,
      check: () => {
        ok.asked += 1;
        return Promise.resolve([{ name: "auth", ok: ok.now, detail: "", fix: null }]);
      },
    };
    const { drain, cursor, dead, told } = await stage({ sink: watched, events: events(4) });
    expect(await drain()).toMatchObject({ state: "stopped", delivered: 0 });
    expect(await cursor()).toMatchObject({ state: "stopped", pending: 4, deadLetters: 0 });
    expect(await drain()).toMatchObject({ state: "stopped" });
    expect(sends).toEqual([[1]]);
    ok.now = true;
    expect(await drain()).toMatchObject({ state: "empty", delivered: 4 });
    expect(ok.asked).toBe(2);
    expect(await dead()).toEqual([]);
    expect(await cursor()).toMatchObject({ state: "running", reason: null });
    expect(told.map((notice) => notice.kind)).toEqual(["sink-down", "sink-recovered"]);
  });

  it("is asked once a minute while the agent runs, and then goes on by itself", async () => {
    const asked = { times: 0 };
    const { sink, taken } = scripted([() => credentials]);
    const watched: Sink = {
      ...sink,
      check: () => {
        asked.times += 1;
        return Promise.resolve([{ name: "auth", ok: asked.times === 3, detail: "", fix: null }]);
      },
    };
    const { relay } = await stage({ sink: watched, events: events(2) });
    const end = new AbortController();
    vi.useFakeTimers();
    const running = relay.run(end.signal);
    await vi.advanceTimersByTimeAsync(2.9 * 48_000);
    expect([asked.times, taken()]).toEqual([2, []]);
    await vi.advanceTimersByTimeAsync(48_000);
    expect([asked.times, taken()]).toEqual([3, [1, 2]]);
    end.abort();
    await running;
  });

  it("is running again in the store after a restart that brought it back", async () => {
    const { sink } = answering(() => null);
    const { drain, store, cursor, told } = await stage({ sink, events: events(1) });
    await store.outbox.setSinkState(sink.name, { state: "stopped", reason: "401", attempt: 0, at: 1 });
    await drain();
    expect(await cursor()).toMatchObject({ state: "running", reason: null });
    expect(told.map((notice) => notice.kind)).toEqual(["sink-recovered"]);
  });

  it("is told once an hour although it comes and goes", async () => {
    const { sink } = scripted([() => credentials, (rows) => each(rows, () => DELIVERED), () => credentials]);
    const { drain, told } = await stage({ sink, events: events(3) });
    await drain();
    await drain();
    await drain();
    expect(told.map((notice) => notice.kind)).toEqual(["sink-down", "sink-recovered"]);
  });

  it("whose check hangs is asked again later", async () => {
    const { sink } = scripted([() => credentials]);
    const hangs: Sink = { ...sink, check: () => Promise.withResolvers<never>().promise };
    const { drain } = await stage({ sink: hangs, events: events(1) });
    await drain();
    vi.useFakeTimers();
    const again = drain(new AbortController().signal);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(await again).toMatchObject({ state: "stopped" });
  });
});

describe("whatever a sink answers", () => {
  const outcome = fc.constantFrom(DELIVERED, retry("busy"), retry("server-error"), rejected("mapping"));
  const answer = fc.oneof(
    fc.array(outcome, { minLength: 40, maxLength: 40 }),
    fc.constantFrom("too-large" as const, "stop" as const, "throw" as const, "short" as const),
  );

  it("every row is delivered or dead in the end, and no row is skipped or settled twice", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(answer, { maxLength: 12 }), fc.integer({ min: 1, max: 40 }), async (script, count) => {
        const memory = createMemorySink();
        const got = new Set<number>();
        const left = [...script];
        const sink: Sink = {
          ...memory,
          send: async (rows) => {
            const next = left.shift();
            if (next === "throw") throw new Error("bug");
            if (next === "too-large") return { kind: "too-large" };
            if (next === "stop") return { kind: "stop", reason: { slug: "credentials", text: "" } };
            if (next === "short") return { kind: "settled", outcomes: [] };
            const outcomes = rows.map((_, i) => next?.[i] ?? DELIVERED);
            rows.forEach((row, i) => {
              if (outcomes[i]?.kind === "delivered") got.add(row.seq);
            });
            return { kind: "settled", outcomes };
          },
        };
        const { drain, dead, cursor } = await stage({ sink, events: events(count) });
        let end = await drain();
        while (end.state === "stopped") end = await drain();
        const all = [...got, ...(await dead()).map(([seq]) => seq)].toSorted((a, b) => a - b);
        expect(all).toEqual(upTo(count));
        expect(await cursor()).toMatchObject({ ackedSeq: count, pending: 0, state: "running" });
      }),
      { numRuns: 40 },
    );
  });
});

it("an output that takes a part of each batch is not given longer and longer pauses", async () => {
  // One partition after the other comes back, as after a broker has gone.
  const { sink, sends } = answering((rows) =>
    rows.length < 2 || rows[0]?.seq === 2
      ? null
      : each(rows, (seq) => (seq === rows[0]?.seq ? DELIVERED : retry("busy"))),
  );
  const attempts: number[] = [];
  const between = (outbox: Outbox): Outbox => ({
    ...outbox,
    setSinkState: (name, next) => {
      if (next.state === "backing-off") attempts.push(next.attempt);
      return outbox.setSinkState(name, next);
    },
  });
  const { drain } = await stage({ sink, events: upTo(7).map((n) => event(n)), between });
  expect(await drain()).toMatchObject({ state: "empty", delivered: 7 });
  expect(sends).toEqual([[1], [2, 3], [4, 5, 6, 7], [5, 6, 7], [6, 7], [7]]);
  expect(attempts).toEqual([1, 1, 1]);
});
