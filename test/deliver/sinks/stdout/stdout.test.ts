import { spawn } from "node:child_process";
import { once } from "node:events";
import { Writable } from "node:stream";
import { expect, it, onTestFinished } from "vitest";
import { createStdoutSink } from "../../../../src/deliver/sinks/stdout/sink.ts";
import { event, rowOf, stage, upTo } from "../../stage.ts";

const never = new AbortController().signal;

it("a reader that went away stops the sink; the rows stay and nothing is dead", async () => {
  const reader = spawn("sh", ["-c", "exec <&-; echo closed; exec sleep 30"], { stdio: ["pipe", "pipe", "ignore"] });
  onTestFinished(() => void reader.kill("SIGKILL"));
  await once(reader.stdout, "data");
  const { drain, cursor, dead } = await stage({ sink: createStdoutSink(reader.stdin), events: [event(1), event(2)] });
  const stopped = await drain();
  expect(stopped).toMatchObject({ state: "stopped", delivered: 0, reason: { slug: "closed" } });
  expect(stopped.reason?.text).toContain("EPIPE");
  expect(await drain()).toMatchObject({ state: "stopped" });
  expect(await cursor()).toMatchObject({ pending: 2 });
  expect(await dead()).toEqual([]);
});

it("a write that fails stops the sink", async () => {
  const stream = new Writable({
    write: (_chunk, _encoding, done) => done(Object.assign(new Error("x"), { code: "EPIPE" })),
  });
  const result = await createStdoutSink(stream).send([rowOf(event(1), 1)], never);
  expect(result).toMatchObject({ kind: "stop", reason: { slug: "closed" } });
});

/** Takes what is written only when it is told to. */
function slowReader() {
  const waiting: (() => void)[] = [];
  let text = "";
  const stream = new Writable({
    highWaterMark: 16,
    write: (chunk: Buffer, _encoding, done) => {
      waiting.push(() => {
        text += chunk.toString();
        done();
      });
    },
  });
  return { stream, take: () => waiting.splice(0).forEach((go) => go()), text: () => text };
}

it("a row is delivered when the reader has taken it, not before", async () => {
  const reader = slowReader();
  const state = { settled: false };
  const sending = createStdoutSink(reader.stream)
    .send([rowOf(event(1), 1)], never)
    .finally(() => (state.settled = true));
  await new Promise((resolve) => setImmediate(resolve));
  expect(state.settled).toBe(false);
  reader.take();
  expect(await sending).toMatchObject({ kind: "settled", outcomes: [{ kind: "delivered" }] });
});

it("a reader that stands still gets nothing more, and what was given up is not called delivered (it was)", async () => {
  const reader = slowReader();
  const sink = createStdoutSink(reader.stream);
  for (const n of upTo(5)) {
    const end = new AbortController();
    const sending = sink.send([rowOf(event(n), n)], end.signal);
    end.abort();
    expect(await sending).toMatchObject({ kind: "settled", outcomes: [{ kind: "retry" }] });
  }
  expect(reader.stream.writableLength).toBe(Buffer.byteLength(`${event(1).body}\n`));
  const sending = sink.send([rowOf(event(2), 2)], never);
  reader.take();
  await new Promise((resolve) => setImmediate(resolve));
  reader.take();
  expect(await sending).toMatchObject({ outcomes: [{ kind: "delivered" }] });
  expect(reader.text()).toBe(`${event(1).body}\n${event(2).body}\n`);
});

it("a closed sink leaves nothing on the stream, which outlives it (each reload of the configuration left a listener)", async () => {
  const { stream } = slowReader();
  for (const n of upTo(20)) await createStdoutSink(stream, `stdout-${n}`).close(1);
  expect(stream.listenerCount("error")).toBe(0);
});
