import { expect, it } from "vitest";
import { backoffMs, nextWindow } from "../../../src/deliver/relay/backoff.ts";

it.each([
  ["the first retry comes within two seconds", [1, 0.999], 1_998],
  ["the span doubles", [4, 0.5], 8_000],
  ["five minutes are the most", [30, 0.999_999], 299_999],
  ["jitter may also mean at once", [30, 0], 0],
  ["what the server asks for is the least", [1, 0, 7_000], 7_000],
  ["a server may not ask for more than a quarter of an hour", [1, 0, 86_400_000], 900_000],
] as const)("%s", (_, [attempt, random, retryAfter = 0], expected) => {
  expect(backoffMs(attempt, random, retryAfter)).toBe(expected);
});

it("the window doubles up to the sink's limit", () => {
  expect([1, 2, 300, 500].map((window) => nextWindow(window, 500))).toEqual([2, 4, 500, 500]);
});
