import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { newLedger } from "../../../../src/deliver/sinks/kafka/ledger.ts";
import { messageBytes, messageOf, topicOf } from "../../../../src/deliver/sinks/kafka/message.ts";
import { options } from "../../../../src/deliver/sinks/kafka/options.ts";
import { resultOf, verdictOf } from "../../../../src/deliver/sinks/kafka/outcomes.ts";
import { event, rowOf } from "../../stage.ts";

const ROW = rowOf(event(1), 1);
const refused = (code: number) => Object.assign(new Error(`said ${code}`), { code });
const verdict = (code: number | null, error: unknown = null) => verdictOf(ROW, { codeOf: () => code, error });

describe("a row of a send", () => {
  it.each<[string, number | null, unknown, string]>([
    ["its partition was acknowledged", 0, null, "delivered"],
    ["acknowledged, although the send failed for another", 0, refused(6), "delivered"],
    ["nobody has said anything, and the client is content", null, null, "retry unacknowledged"],
    ["nobody has said anything, the connection broke", null, new Error("ECONNRESET"), "retry connection"],
    ["nobody has said anything about it, another was too large", null, refused(10), "too-large"],
    ["its own partition has no leader", 6, refused(6), "retry kafka-6"],
    ["its partition has no leader, another was refused", 6, refused(29), "retry kafka-6"],
    ["its own rights are missing, another has no leader", 29, refused(6), "stop refused"],
    ["its topic is missing", 3, null, "stop topic-missing"],
    ["it is too large", 10, refused(10), "too-large"],
  ])("%s", (_, code, error, expected) => {
    const found = verdict(code, error);
    expect("reason" in found ? `${found.kind} ${found.reason.slug}` : found.kind).toBe(expected);
  });

  it("has the words of the client when they are about it, else ours", () => {
    expect(verdict(6, refused(6))).toMatchObject({ reason: { text: "said 6" } });
    expect(verdict(6, refused(7))).toMatchObject({ reason: { text: expect.not.stringContaining("said") } });
  });
});

type Verdict = Parameters<typeof resultOf>[0][number];
const DELIVERED: Verdict = { kind: "delivered" };
const LARGE: Verdict = { kind: "too-large" };
const STOP: Verdict = { kind: "stop", reason: { slug: "refused", text: "no" } };
const RETRY: Verdict = { kind: "retry", reason: { slug: "kafka-6", text: "later" } };

describe("a send as a whole", () => {
  it.each<[string, readonly Verdict[], string]>([
    ["all are stored", [DELIVERED, DELIVERED], "delivered delivered"],
    ["one is too large: halving finds it", [RETRY, LARGE], "too-large"],
    ["one is too large beside a stored one: it comes again alone", [DELIVERED, LARGE], "delivered retry"],
    ["all are refused", [STOP, STOP], "stop"],
    ["one is refused, one waits: both come again", [STOP, RETRY], "retry retry"],
    ["one is refused beside a stored one", [STOP, DELIVERED], "retry delivered"],
    ["all wait", [RETRY, RETRY], "retry retry"],
    ["nothing was sent", [], ""],
  ])("%s", (_, verdicts, expected) => {
    const result = resultOf(verdicts);
    expect(result.kind === "settled" ? result.outcomes.map(({ kind }) => kind).join(" ") : result.kind).toBe(expected);
  });

  it("what is stored is never sent again, and nothing is refused for good by Kafka's word", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(DELIVERED, LARGE, STOP, RETRY), { minLength: 1 }), (verdicts) => {
        const result = resultOf(verdicts);
        if (result.kind !== "settled") expect(verdicts).not.toContain(DELIVERED);
        else
          expect(result.outcomes.map(({ kind }) => kind)).toEqual(
            verdicts.map((one) => (one === DELIVERED ? "delivered" : "retry")),
          );
      }),
    );
  });
});

describe("the book of a send", () => {
  it("knows the code of a message by its place, and nothing of what was not placed or not answered", () => {
    const ledger = newLedger();
    const [a, b, c] = [{}, {}, {}];
    ledger.placed(a, "t.scan", 0);
    ledger.placed(b, "t.scan", 1);
    ledger.asked();
    ledger.answered([
      { topic: "t.scan", partition: 0, code: 0 },
      { topic: "t.audit", partition: 1, code: 3 },
    ]);
    expect([a, b, c].map((message) => ledger.codeOf(message))).toEqual([0, null, null]);
  });

  it("topics whose names run into their partitions are two places", () => {
    const ledger = newLedger();
    const message = {};
    ledger.placed(message, "t.1", 1);
    ledger.answered([{ topic: "t", partition: 11, code: 7 }]);
    expect(ledger.codeOf(message)).toBeNull();
  });

  it("a later answer for the same place counts: kafkajs asks again by itself", () => {
    const ledger = newLedger();
    const message = {};
    ledger.placed(message, "t", 0);
    for (const code of [6, 0]) {
      ledger.asked();
      ledger.answered([{ topic: "t", partition: 0, code }]);
    }
    expect(ledger.codeOf(message)).toBe(0);
  });

  it("is complete when nothing was asked, and when the last of several was answered", async () => {
    const ledger = newLedger();
    await ledger.complete();
    ledger.asked();
    ledger.asked();
    const order: string[] = [];
    const done = [ledger.complete(), ledger.complete()].map((one) => one.then(() => order.push("complete")));
    ledger.answered([]);
    await Promise.resolve();
    order.push("second");
    ledger.answered([]);
    await Promise.all(done);
    expect(order).toEqual(["second", "complete", "complete"]);
  });
});

describe("an event as a message", () => {
  it("goes out byte for byte, with its key, without a partition", () => {
    const message = messageOf(ROW);
    expect(message).toMatchObject({ key: ROW.key, value: ROW.body, headers: { "event-id": ROW.id } });
    expect(message).not.toHaveProperty("partition");
    expect(topicOf("soc.tripline", ROW)).toBe(`soc.tripline.${ROW.family}`);
  });

  it("is at least as large as its parts, in bytes", () => {
    const headers = Object.entries(messageOf(ROW).headers ?? {})
      .flat()
      .join("");
    const row = { ...ROW, key: "ä", body: "é" };
    expect(messageBytes(row)).toBeGreaterThanOrEqual(4 + Buffer.byteLength(headers));
    expect(messageBytes({ ...row, body: "éé" }) - messageBytes(row)).toBe(2);
  });
});

describe("the keys of the output", () => {
  it.each([
    ["kafka-1:9092", true],
    ["10.0.0.1:1", true],
    ["kafka-1:65535", true],
    ["kafka-1:65536", false],
    ["kafka-1:0", false],
    ["kafka-1", false],
    [":9092", false],
    ["a b:9092", false],
    ["kafka://kafka-1:9092", false],
    ["", false],
  ])("%j is a broker: %s", (broker, good) => {
    expect(options.safeParse({ brokers: [broker] }).success).toBe(good);
  });

  it.each([
    ["tripline", true],
    ["soc.tripline.2", true],
    ["a".repeat(100), true],
    ["a".repeat(101), false],
    ["Tripline", false],
    ["trip_line", false],
    ["", false],
  ])("%.20s is a prefix of topics: %s", (prefix, good) => {
    expect(options.safeParse({ brokers: ["a:1"], topic_prefix: prefix }).success).toBe(good);
  });

  it("no broker is no output, and unknown keys are refused", () => {
    expect(options.safeParse({ brokers: [] }).success).toBe(false);
    expect(options.safeParse({ brokers: ["a:1"], of_tomorrow: 1 }).success).toBe(false);
    expect(options.parse({ brokers: ["a:1"] })).toEqual({
      brokers: ["a:1"],
      topic_prefix: "tripline",
      compression: "none",
    });
  });
});
