import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { OpenedStore } from "../../src/store/open.ts";
import { anomaly, cycleCommit, event } from "./support/samples.ts";
import { newStore, NOW, opened } from "./support/temp-store.ts";

const ALL = { maxRows: 100_000, maxBytes: 1e9 };

type Step =
  | { readonly do: "append"; readonly count: number }
  | { readonly do: "register"; readonly sink: string; readonly backfill: boolean }
  | { readonly do: "settle"; readonly sink: string; readonly to: number; readonly dead: boolean }
  | { readonly do: "disable" | "enable" | "forget"; readonly sink: string }
  | { readonly do: "prune"; readonly olderThan: number }
  | { readonly do: "restart" };

const sink = fc.constantFrom("a", "b", "c");
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("append" as const), count: fc.integer({ min: 0, max: 4 }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("register" as const), sink, backfill: fc.boolean() }) },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant("settle" as const), sink, to: fc.nat(12), dead: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("disable" as const, "enable" as const), sink }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("forget" as const), sink }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("prune" as const), olderThan: fc.nat(14) }) },
  { weight: 1, arbitrary: fc.constant({ do: "restart" as const }) },
);

interface ModelSink {
  acked: number;
  enabled: boolean;
  dead: number[];
}

/** The queue as a page of a book would describe it: numbers that only grow, and where each output stands. */
class Model {
  readonly rows: number[] = [];
  readonly sinks = new Map<string, ModelSink>();
  last = 0;

  append(count: number): void {
    for (let i = 0; i < count; i++) this.rows.push(++this.last);
  }

  register(name: string, backfill: boolean): void {
    if (!this.sinks.has(name)) this.sinks.set(name, { acked: backfill ? 0 : this.last, enabled: true, dead: [] });
  }

  settle(name: string, to: number, dead: boolean): "settled" | "refused" {
    const known = this.sinks.get(name);
    if (known === undefined || to < known.acked) return "refused";
    if (dead && !known.dead.includes(to)) known.dead.push(to);
    known.acked = to;
    return "settled";
  }

  prune(olderThan: number): number {
    const enabled = [...this.sinks.values()].filter((one) => one.enabled);
    const settled = enabled.length === 0 ? 0 : Math.min(...enabled.map((one) => one.acked));
    const gone = this.rows.filter((seq) => seq <= settled && seq < olderThan);
    this.rows.splice(0, this.rows.length, ...this.rows.filter((seq) => !gone.includes(seq)));
    return gone.length;
  }
}

/** The store under test; the time of an event is its number, so that "older than" can be said in numbers. */
async function apply(store: OpenedStore, model: Model, one: Step): Promise<void> {
  const { outbox, cycles, keeping } = store;
  if (one.do === "append") {
    for (let i = 0; i < one.count; i++) {
      model.append(1);
      await cycles.commitCycle(cycleCommit("c1", { events: [event(`e${model.last}`)], committedAt: model.last }));
    }
  } else if (one.do === "register") {
    model.register(one.sink, one.backfill);
    await outbox.registerSink({ name: one.sink, kind: "file", backfill: one.backfill });
  } else if (one.do === "settle") {
    const letter = { eventId: `e${one.to}`, seq: one.to, family: "anomaly", key: "k", body: "{}" };
    const why = { reason: { slug: "mapping", text: "why" }, attempts: 1, at: NOW };
    const dead = one.dead ? [{ sink: one.sink, ...letter, ...why }] : [];
    const done = outbox.commitRelay({ sink: one.sink, ackedSeq: one.to, dead, at: NOW });
    expect(
      await done.then(
        () => "settled",
        () => "refused",
      ),
    ).toBe(model.settle(one.sink, one.to, one.dead));
  } else if (one.do === "forget") {
    expect(await keeping.forgetSink(one.sink)).toBe(model.sinks.delete(one.sink));
  } else if (one.do === "prune") {
    expect(await outbox.prune(one.olderThan)).toBe(model.prune(one.olderThan));
  } else if (one.do !== "restart") {
    const known = model.sinks.get(one.sink);
    if (known === undefined) return;
    known.enabled = one.do === "enable";
    const state = one.do === "enable" ? "running" : "disabled";
    await outbox.setSinkState(one.sink, { state, reason: null, attempt: 0, at: NOW });
  }
}

async function check(store: OpenedStore, model: Model): Promise<void> {
  const rows = await store.outbox.readAfter(0, ALL);
  expect(rows.map(({ seq, id }) => [seq, id])).toEqual(model.rows.map((seq) => [seq, `e${seq}`]));
  const status = await store.outbox.status();
  expect([status.rows, status.lastSeq, status.oldestAt]).toEqual([
    model.rows.length,
    model.last,
    model.rows[0] ?? null,
  ]);
  const sinks = [...model.sinks].toSorted(([a], [b]) => (a < b ? -1 : 1));
  expect(
    status.sinks.map(({ name, ackedSeq, pending, deadLetters }) => [name, ackedSeq, pending, deadLetters]),
  ).toEqual(
    sinks.map(([name, one]) => [name, one.acked, model.rows.filter((seq) => seq > one.acked).length, one.dead.length]),
  );
}

describe("the queue against its model", () => {
  it("holds what every output still needs, whatever happens in whatever order", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const model = new Model();
        let store: OpenedStore & { readonly directory: string } = newStore();
        for (const one of steps) {
          if (one.do === "restart") {
            store.close();
            store = { ...opened(store.directory), directory: store.directory };
          }
          await apply(store, model, one);
        }
        await check(store, model);
        store.close();
      }),
      { numRuns: 25 },
    );
  });
});

describe("batches", () => {
  it("one after the other give every row once, in order, whatever their limits; no batch is beyond them but for one row", async () => {
    const store = newStore();
    const bodies = fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 12 });
    const sizes = fc.sample(bodies, { numRuns: 1, seed: 7 })[0] ?? [];
    const events = sizes.map((size, i) => event(`e${i}`, `"${"é".repeat(size)}"`));
    await store.cycles.commitCycle(cycleCommit("c1", { events, anomalies: [anomaly("a1")] }));
    const limits = fc.record({ maxRows: fc.integer({ min: 1, max: 15 }), maxBytes: fc.integer({ min: 1, max: 2500 }) });
    await fc.assert(
      fc.asyncProperty(limits, async (limit) => {
        const ids: string[] = [];
        for (let after = 0; ; ) {
          const rows = await store.outbox.readAfter(after, limit);
          if (rows.length === 0) break;
          const bytes = rows.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0);
          expect(rows.length).toBeLessThanOrEqual(limit.maxRows);
          if (rows.length > 1) expect(bytes).toBeLessThanOrEqual(limit.maxBytes);
          ids.push(...rows.map(({ id }) => id));
          after = rows.at(-1)?.seq ?? after;
        }
        expect(ids).toEqual(events.map(({ id }) => id));
      }),
      { numRuns: 60 },
    );
  });
});
