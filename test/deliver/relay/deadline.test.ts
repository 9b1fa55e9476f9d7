import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { deadlineFor } from "../../../src/deliver/relay/deadline.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("aborts when the time is over", async () => {
  const deadline = deadlineFor(new AbortController().signal, 50);
  vi.advanceTimersByTime(49);
  expect(deadline.signal.aborted).toBe(false);
  vi.advanceTimersByTime(1);
  expect(deadline.signal.aborted).toBe(true);
  expect(await deadline.passed).toBe("time");
});

it("aborts with its owner, also one that is aborted already", async () => {
  const owner = new AbortController();
  const deadline = deadlineFor(owner.signal, 50);
  owner.abort();
  expect(deadline.signal.aborted).toBe(true);
  expect(await deadline.passed).toBe("owner");
  expect(await deadlineFor(owner.signal, 50).passed).toBe("owner");
});

it("does nothing after its work has ended (a send's old deadline took the producer away from a later send)", () => {
  const owner = new AbortController();
  const deadline = deadlineFor(owner.signal, 50);
  deadline.release();
  vi.advanceTimersByTime(60_000);
  owner.abort();
  expect(deadline.signal.aborted).toBe(false);
});
