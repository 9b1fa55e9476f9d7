import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import type { DeclarationReader, ReaderOutcome } from "../../../src/declared/model/reader.ts";
import { inventory } from "../../../src/declared/readers/inventory/read.ts";
import { READERS } from "../../../src/declared/readers/registry.ts";
import { runReader } from "../../../src/declared/readers/run-reader.ts";
import { hosts } from "../support/hosts-reader.ts";

const INPUT = { file: "a.csv", text: "host,port\n10.0.0.5,22\n", options: { inventory: "a.csv" } };
const never = new AbortController().signal;

function answering(read: DeclarationReader["read"]): DeclarationReader {
  return { ...hosts, read };
}

/** An answer as a reader would give it that no type has checked. */
async function answer(value: unknown): Promise<unknown> {
  const reader: DeclarationReader = { ...hosts, read: () => Promise.resolve(value as ReaderOutcome) };
  return runReader(reader, INPUT, never);
}

describe("a reader that fails", () => {
  it.each<[string, DeclarationReader["read"], string]>([
    ["throws", () => Promise.reject(new TypeError("hunter2 is no port")), "failed (TypeError)"],
    [
      "throws before it promises anything",
      () => {
        throw new RangeError("hunter2");
      },
      "failed (RangeError)",
    ],
    ["throws what is no error", () => Promise.reject("hunter2"), "failed (string)"],
  ])("%s: its own fault, and what it threw is not told", async (_, read, how) => {
    const outcome = await runReader(answering(read), INPUT, never);
    const why = `the reader for hosts ${how}; this is a bug in Tripline, please report it`;
    expect(outcome).toEqual({ state: "failed", why });
  });

  it("never answers: over as soon as the signal says so", async () => {
    const stop = new AbortController();
    const asked = Promise.withResolvers<AbortSignal>();
    const reader = answering((_, signal) => {
      asked.resolve(signal);
      return new Promise(() => {});
    });
    const outcome = runReader(reader, INPUT, stop.signal);
    const given = await asked.promise;
    expect(given.aborted).toBe(false);
    stop.abort();
    expect(await outcome).toEqual({ state: "failed", why: "reading was stopped" });
    expect(given.aborted).toBe(true);
  });

  it("is not even asked when the signal was there before", async () => {
    const reader = answering(() => expect.fail("it was asked"));
    expect(await runReader(reader, INPUT, AbortSignal.abort())).toEqual({
      state: "failed",
      why: "reading was stopped",
    });
  });
});

describe("an answer that is none", () => {
  it("is told with its place, never with its value", async () => {
    const good = await runReader(inventory, INPUT, never);
    if (good.state !== "read") throw new Error("the inventory was not read");
    const [row] = good.declarations;
    const read = (...declarations: unknown[]) => ({ ...good, declarations });
    const places: [unknown, string][] = [
      [undefined, ""],
      ["hunter2", ""],
      [{ state: "hunter2" }, " (state)"],
      [{ state: "refused", problems: [] }, " (problems.0)"],
      [read(row, { ...row, portFrom: 70_000 }), " (declarations.1.portFrom)"],
      [read({ ...row, transport: "hunter2" }), " (declarations.0.transport)"],
      [read({ ...row, place: { line: 0, column: 1 } }), " (declarations.0.place.line)"],
    ];
    for (const [value, place] of places) {
      const why = `the reader for hosts gave an invalid answer${place}; this is a bug in Tripline, please report it`;
      expect(await answer(value)).toEqual({ state: "failed", why });
    }
  });
});

describe("every reader", () => {
  it.each(READERS.map((reader) => [reader.tool, reader] as const))(
    "%s is given and answers nothing but data, and quotes no secret",
    async (_, reader) => {
      for (const text of [
        "",
        "\0",
        "{",
        "password: hunter2\n",
        '{"password": "hunter2", "a": [1,',
        "hunter2,hunter2\n",
      ]) {
        const input = { file: "x", text, options: {} };
        const outcome = await runReader(reader, input, never);
        expect(structuredClone(input)).toEqual(input);
        expect(structuredClone(outcome)).toEqual(outcome);
        expect(outcome.state).toBe("refused");
      }
    },
  );

  it("works the same in another thread", async () => {
    const worker = new Worker(new URL("../support/reader-thread.ts", import.meta.url), { workerData: INPUT });
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    worker.once("message", resolve);
    worker.once("error", reject);
    expect(await promise).toEqual(await inventory.read(INPUT, never));
    await worker.terminate();
  });
});
