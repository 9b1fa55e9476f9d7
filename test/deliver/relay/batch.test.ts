import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  appendRows,
  applyOutcomes,
  type Batch,
  deadLettersOf,
  isUnclear,
  newBatch,
  pendingRows,
  tookSome,
} from "../../../src/deliver/relay/batch.ts";
import type { Outcome } from "../../../src/domain/ports/sink.ts";
import { event, rowOf, upTo } from "../stage.ts";
import { DELIVERED, rejected, retry } from "./scripted.ts";

const rows = (count: number) => upTo(count).map((n) => rowOf(event(n), n));
const open = (batch: Batch) => pendingRows(batch).map((row) => row.seq);
const dead = (batch: Batch) => deadLettersOf(batch, "s", 9).map(({ seq, reason }) => `${seq} ${reason.slug}`);

/** The same answer to what is open, so many times. */
function tries(batch: Batch, count: number, outcome: (seq: number) => Outcome): Batch {
  return upTo(count).reduce((one) => {
    const pending = pendingRows(one);
    return applyOutcomes(
      one,
      pending,
      pending.map((row) => outcome(row.seq)),
    );
  }, batch);
}

describe("what becomes of the rows of a batch", () => {
  it.each<[string, readonly Outcome[], readonly number[], readonly string[]]>([
    ["all are taken", [DELIVERED, DELIVERED], [], []],
    ["one was there already", [{ kind: "delivered", note: "already-present" }, DELIVERED], [], []],
    ["one waits", [DELIVERED, retry("busy-503")], [2], []],
    ["one is refused for good", [rejected("mapping"), DELIVERED], [], ["1 mapping"]],
    ["all wait", [retry("a"), retry("b")], [1, 2], []],
    ["fewer answers than rows settle only theirs", [DELIVERED], [2], []],
  ])("%s", (_, outcomes, pending, letters) => {
    const batch = applyOutcomes(newBatch(rows(2)), rows(2), outcomes);
    expect([open(batch), dead(batch)]).toEqual([pending, letters]);
  });

  it.each(["server-error", "malformed", "connection-reset"])(
    "%s ten times, while others are taken, is the end",
    (slug) => {
      const said = (seq: number) => (seq === 1 ? retry(slug) : DELIVERED);
      expect(open(tries(newBatch(rows(2)), 9, said))).toEqual([1]);
      expect(dead(tries(newBatch(rows(2)), 10, said))).toEqual([`1 ${slug}`]);
    },
  );

  it.each(["busy-503", "connection", "deadline", "stopped", "answer-mismatch", "kafka-6", "client-error"])(
    "%s is never the end of a row, however often",
    (slug) => {
      const batch = tries(newBatch(rows(2)), 100, (seq) => (seq === 1 ? retry(slug) : DELIVERED));
      expect([open(batch), dead(batch), isUnclear({ slug, text: "" })]).toEqual([[1], [], false]);
    },
  );

  it("an unclear error is no end while nothing else is taken: it may be the server", () => {
    const batch = tries(newBatch(rows(2)), 50, () => retry("server-error"));
    expect([open(batch), tookSome(batch)]).toEqual([[1, 2], false]);
    const some = applyOutcomes(batch, pendingRows(batch), [retry("server-error"), DELIVERED]);
    expect([open(some), dead(some)]).toEqual([[], ["1 server-error"]]);
  });

  it("what was taken is what counts, not what was refused", () => {
    const batch = tries(newBatch(rows(2)), 20, (seq) => (seq === 1 ? retry("malformed") : rejected("mapping")));
    expect([open(batch), tookSome(batch)]).toEqual([[1], false]);
  });
});

describe("bytes that changed on the disk", () => {
  const [good, spoilt] = rows(2);
  const bad = { ...(spoilt ?? rowOf(event(2), 2)), body: "{}" };
  const batch = newBatch([good ?? bad, bad]);

  it("are never sent: their row is dead before the first try", () => {
    expect([open(batch), dead(batch), tookSome(batch)]).toEqual([[1], ["2 body-corrupt"], false]);
  });

  it("also when the row came later", () => {
    const later = appendRows(newBatch(rows(1)), [bad]);
    expect([later.rows.map((row) => row.seq), open(later)]).toEqual([[1, 2], [1]]);
  });
});

describe("a dead letter", () => {
  it("has everything that is needed to send it again, and how often it was tried", () => {
    const batch = tries(newBatch(rows(2)), 10, (seq) => (seq === 2 ? retry("malformed") : DELIVERED));
    const row = rowOf(event(2), 2);
    expect(deadLettersOf(batch, "s", 9)).toEqual([
      {
        sink: "s",
        eventId: row.id,
        seq: 2,
        family: row.family,
        key: row.key,
        body: row.body,
        reason: { slug: "malformed", text: "malformed" },
        attempts: 10,
        at: 9,
      },
    ]);
  });
});

describe("whatever is answered, in whatever pieces", () => {
  const outcome = fc.constantFrom<Outcome>(DELIVERED, rejected("mapping"), retry("busy-503"), retry("server-error"));

  it("a row is open, delivered or dead; it never comes back, and the order stays", () => {
    const answers = fc.array(fc.tuple(fc.nat(5), fc.array(outcome, { maxLength: 6 })), { maxLength: 15 });
    fc.assert(
      fc.property(answers, (given) => {
        let batch = newBatch(rows(5));
        for (const [from, outcomes] of given) {
          const before = open(batch);
          batch = applyOutcomes(batch, pendingRows(batch).slice(from), outcomes);
          expect(before).toEqual(expect.arrayContaining(open(batch)));
          expect(open(batch)).toEqual(open(batch).toSorted((a, b) => a - b));
        }
        expect(open(batch).length + batch.settled.size).toBe(5);
        expect(deadLettersOf(batch, "s", 1).map(({ seq }) => seq)).toEqual(
          upTo(5).filter((seq) => batch.settled.get(seq)?.kind === "dead"),
        );
      }),
    );
  });

  it("the batch that was given is not changed", () => {
    const before = newBatch(rows(2));
    applyOutcomes(before, rows(2), [DELIVERED, retry("x")]);
    appendRows(before, rows(1));
    expect([open(before), before.attempts.size, before.rows.length]).toEqual([[1, 2], 0, 2]);
  });
});
