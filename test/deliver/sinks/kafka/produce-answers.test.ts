import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { newLedger } from "../../../../src/deliver/sinks/kafka/ledger.ts";
import { partitionCodes, produceAnswers } from "../../../../src/deliver/sinks/kafka/produce-answers.ts";

type Topics = Readonly<Record<string, readonly (readonly [partition: number, code: number])[]>>;

function int(value: number, bytes: 2 | 4): Buffer {
  const buffer = Buffer.alloc(bytes);
  buffer.writeIntBE(value, 0, bytes);
  return buffer;
}

/** An answer as the protocol describes it, from its correlation id on. */
function answer(topics: Topics, version: number, correlation = 1): Buffer {
  const behind = Buffer.alloc(version >= 5 ? 24 : version >= 2 ? 16 : 8, 0xff);
  const parts = Object.entries(topics).flatMap(([name, partitions]) => [
    int(Buffer.byteLength(name), 2),
    Buffer.from(name),
    int(partitions.length, 4),
    ...partitions.flatMap(([partition, code]) => [int(partition, 4), int(code, 2), behind]),
  ]);
  return Buffer.concat([int(correlation, 4), int(Object.keys(topics).length, 4), ...parts, int(0, 4)]);
}

/** A request with its size, of which only the head matters. */
function request(api: number, version: number, correlation: number): Buffer {
  return Buffer.concat([int(10, 4), int(api, 2), int(version, 2), int(correlation, 4), int(-1, 2)]);
}

describe("the error codes of an answer", () => {
  it.each([0, 1, 2, 3, 4, 5, 6, 7])("are read in version %i", (version) => {
    const topics: Topics = {
      "tripline.scan": [[0, 0]],
      "tripline.anomaly": [
        [2, 6],
        [1, 0],
      ],
    };
    expect(partitionCodes(answer(topics, version), version)).toEqual([
      { topic: "tripline.scan", partition: 0, code: 0 },
      { topic: "tripline.anomaly", partition: 2, code: 6 },
      { topic: "tripline.anomaly", partition: 1, code: 0 },
    ]);
  });

  it("of a later version, which nobody asked for, are not guessed", () => {
    expect(partitionCodes(answer({ a: [[0, 0]] }, 7), 8)).toEqual([]);
  });

  it("of an answer that is cut, or of any bytes at all, say nothing and end nothing", () => {
    const whole = answer({ a: [[0, 0]], b: [[1, 3]] }, 7);
    // The time of throttling at the end, and the offsets before it, are not read.
    for (let length = 4; length < whole.length - 28; length += 1)
      expect(partitionCodes(whole.subarray(0, length), 7)).toEqual([]);
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 4, maxLength: 200 }), (bytes) => {
        expect(Array.isArray(partitionCodes(Buffer.from(bytes), 7))).toBe(true);
      }),
    );
  });
});

it("a name of negative length does not lead backwards, for ever", () => {
  const backwards = Buffer.concat([int(1, 4), int(0x7fffffff, 4), int(-6, 2), int(0, 4)]);
  expect(partitionCodes(backwards, 7)).toEqual([]);
});

describe("what is heard on a connection", () => {
  const hear = () => {
    const [one, two] = [newLedger(), newLedger()];
    const at = { ledger: one };
    const message = {};
    for (const ledger of [one, two]) ledger.placed(message, "a", 0);
    return { one, two, at, message, ear: produceAnswers(() => at.ledger) };
  };

  it("is entered where the request was, also when the next send has begun meanwhile", () => {
    const { one, two, at, message, ear } = hear();
    ear.wrote(request(0, 7, 5));
    at.ledger = two;
    ear.heard(answer({ a: [[0, 0]] }, 7, 5));
    expect([one.codeOf(message), two.codeOf(message)]).toEqual([0, null]);
  });

  it("is no answer to anything else, even if it looks like one", () => {
    const { one, message, ear } = hear();
    ear.wrote(request(3, 6, 5));
    ear.heard(answer({ a: [[0, 0]] }, 7, 5));
    ear.heard(answer({ a: [[0, 0]] }, 7, 6));
    expect(one.codeOf(message)).toBe(null);
  });

  it("is complete when every request was answered or its connection has ended", async () => {
    const { one, message, ear } = hear();
    ear.wrote(request(0, 7, 5));
    ear.wrote(request(0, 7, 6));
    const state = { complete: false };
    const complete = one.complete().then(() => (state.complete = true));
    ear.heard(answer({ a: [[0, 6]] }, 7, 5));
    await Promise.resolve();
    expect(state.complete).toBe(false);
    ear.ended();
    await complete;
    expect(one.codeOf(message)).toBe(6);
  });
});
