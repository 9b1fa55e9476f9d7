import { describe, expect, it } from "vitest";
import { redactedSink } from "../../src/deliver/redacted-sink.ts";
import type { SendResult, Sink } from "../../src/domain/ports/sink.ts";
import { createMemorySink } from "../support/memory-sink.ts";
import { event, rowOf } from "./stage.ts";

const never = new AbortController().signal;
const ROW = rowOf(event(1), 1);
const reason = { slug: "hunter2-slug", text: "the key hunter2 is wrong" };
const redact = (text: string) => text.replaceAll("hunter2", "***");

function clean(more: Partial<Sink>): Sink {
  return redactedSink({ ...createMemorySink("es"), ...more }, redact);
}

describe("an output that says a secret", () => {
  it.each<[string, SendResult]>([
    ["when it stops", { kind: "stop", reason }],
    ["about a row that waits", { kind: "settled", outcomes: [{ kind: "retry", reason, afterMs: 5 }] }],
    ["about a row that is refused", { kind: "settled", outcomes: [{ kind: "rejected", reason }] }],
  ])("%s: it is not kept, and the rest is as it was", async (_, said) => {
    const result = await clean({ send: () => Promise.resolve(said) }).send([ROW], never);
    expect(JSON.stringify(result)).not.toContain("key hunter2");
    expect(result).toEqual(JSON.parse(JSON.stringify(said).replace("key hunter2", "key ***")));
  });

  it("in its checks, also in what it advises", async () => {
    const checks = [
      { name: "auth", ok: false, detail: "hunter2", fix: "change hunter2" },
      { name: "dns", ok: true, detail: "fine", fix: null },
    ];
    expect(await clean({ check: () => Promise.resolve(checks) }).check(never)).toEqual([
      { name: "auth", ok: false, detail: "***", fix: "change ***" },
      { name: "dns", ok: true, detail: "fine", fix: null },
    ]);
  });

  it("in what its client throws, and the cause with the secret is gone too", async () => {
    const fail = () => Promise.reject(new Error("hunter2", { cause: "hunter2" }));
    const sink = clean({ send: fail, check: fail });
    for (const work of [sink.send([ROW], never), sink.check(never)]) {
      const error = await work.catch((thrown: unknown) => thrown);
      expect(error).toEqual(new Error("***"));
      expect(error).not.toHaveProperty("cause");
    }
  });
});

it("an output that says none is the same output", async () => {
  const memory = createMemorySink("es");
  const sink = redactedSink(memory, redact);
  const body = { ...ROW, body: '{"message":"hunter2"}' };
  expect(await sink.send([body], never)).toEqual({ kind: "settled", outcomes: [{ kind: "delivered" }] });
  expect(memory.taken).toEqual([body]);
  expect([sink.name, sink.kind, sink.limits]).toEqual([memory.name, memory.kind, memory.limits]);
  const large: SendResult = { kind: "too-large" };
  expect(await clean({ send: () => Promise.resolve(large) }).send([ROW], never)).toBe(large);
});

it("closing keeps its deadline", async () => {
  const asked: number[] = [];
  await clean({ close: (ms) => Promise.resolve(void asked.push(ms)) }).close(250);
  expect(asked).toEqual([250]);
});
