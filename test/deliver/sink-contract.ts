import { afterAll, beforeAll, expect, it } from "vitest";
import type { OutboxRow, Sink } from "../../src/domain/ports/sink.ts";
import { event, rowOf } from "./stage.ts";

/** What arrived somewhere: the event's id, and the body as its medium gives it back. */
export interface Arrived {
  readonly id: string;
  readonly body: unknown;
}

export interface Subject {
  readonly sink: Sink;
  readonly namespace?: string;
  /** `bytes`: the very body; `parsed`: the same JSON. */
  readonly body: "bytes" | "parsed";
  /** What a batch that is sent twice leaves: one copy of each event, or two that have the same id. */
  readonly twice: "once" | "same-id";
  /** Everything that arrived since the beginning, in order. */
  readonly arrived: () => Promise<readonly Arrived[]>;
}

const never = new AbortController().signal;
const idIn = (body: string): string => JSON.parse(body).event.id;

/** Every sink passes these, whatever it is made of. */
export function contract(open: () => Promise<Subject>): void {
  const at: { subject: Subject; next: number } = { subject: Object.create(null), next: 1 };
  const rows = (count: number): readonly OutboxRow[] =>
    Array.from({ length: count }, () => {
      const n = at.next++;
      const { namespace = "default" } = at.subject;
      return rowOf(event(n, { namespace, fields: { hostile: 'ä\u0000\u2028"\\ \u202e🦀', n } }), n);
    });
  const asArrived = (row: OutboxRow): Arrived => {
    return { id: row.id, body: at.subject.body === "bytes" ? row.body : JSON.parse(row.body) };
  };
  const arrivedOf = async (sent: readonly OutboxRow[]): Promise<readonly Arrived[]> => {
    const ids = new Set(sent.map((row) => row.id));
    return (await at.subject.arrived()).filter((one) => ids.has(one.id));
  };
  const delivered = (count: number) => ({
    kind: "settled",
    outcomes: Array.from({ length: count }, () => expect.objectContaining({ kind: "delivered" })),
  });

  beforeAll(async () => void (at.subject = await open()));
  afterAll(() => at.subject.sink.close(2_000));

  it("says at its check that it is well", async () => {
    const checks = await at.subject.sink.check(never);
    expect(checks.map((check) => [check.ok, check.fix])).toEqual(checks.map(() => [true, null]));
    expect(checks).not.toEqual([]);
  });

  it.each([0, 1, 2, 500])("settles %i rows with one outcome each, in order, and no byte is changed", async (count) => {
    const batch = rows(count);
    expect(await at.subject.sink.send(batch, never)).toEqual(delivered(count));
    expect(await arrivedOf(batch)).toEqual(batch.map(asArrived));
  });

  it("takes the same batch again; nobody who looks at ids counts an event twice", async () => {
    const batch = rows(3);
    await at.subject.sink.send(batch, never);
    expect(await at.subject.sink.send(batch, never)).toEqual(delivered(3));
    const found = await arrivedOf(batch);
    const copies = at.subject.twice === "once" ? batch : [...batch, ...batch];
    expect(found).toEqual(copies.map(asArrived));
  });

  it("settles when it is told to give up, and takes the rows afterwards", async () => {
    const batch = rows(2);
    const given = await at.subject.sink.send(batch, AbortSignal.abort());
    expect(given).toMatchObject({ kind: "settled", outcomes: [{}, {}] });
    expect(await at.subject.sink.send(batch, never)).toEqual(delivered(2));
    expect(new Set((await arrivedOf(batch)).map((one) => one.id))).toEqual(new Set(batch.map((row) => row.id)));
  });

  it("keeps limits that the relay can work with", () => {
    const { maxRows, maxBytes, sendTimeoutMs } = at.subject.sink.limits;
    expect(maxRows).toBeGreaterThanOrEqual(500);
    expect(maxBytes).toBeGreaterThanOrEqual(64 * 1024);
    expect(sendTimeoutMs).toBeGreaterThan(0);
  });

  it("may be closed twice", async () => {
    await at.subject.sink.close(1_000);
    await at.subject.sink.close(1_000);
  });
}

/** What was written one event per line. */
export function lines(text: string): readonly Arrived[] {
  const all = text.split("\n").filter((line) => line !== "");
  return all.map((body) => ({ id: idIn(body), body }));
}
