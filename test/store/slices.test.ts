import { expect, it } from "vitest";
import { monotonicClock } from "../../src/lib/time.ts";
import { mapInSlices } from "../../src/store/slices.ts";

/** Keeps the processor as long as a large item does. */
function burn(ms: number): void {
  const end = monotonicClock() + ms;
  while (monotonicClock() < end);
}

it("gives what map gives, in its order, from any iterable", async () => {
  const items = Array.from({ length: 1000 }, (_, i) => i);
  const expected = items.map((n) => n * 2);
  expect(await mapInSlices(items, (n) => n * 2)).toEqual(expected);
  expect(await mapInSlices(new Set(items), (n) => n * 2)).toEqual(expected);
  expect(await mapInSlices([], () => expect.fail("called"))).toEqual([]);
});

it("lets others work in between", async () => {
  let turns = 0;
  let working = true;
  const count = () => {
    turns += 1;
    if (working) setImmediate(count);
  };
  setImmediate(count);
  await mapInSlices([1, 2, 3, 4, 5], () => burn(11));
  working = false;
  expect(turns).toBeGreaterThanOrEqual(5);
});

it("does not give way for little work", async () => {
  let others = 0;
  setImmediate(() => (others += 1));
  const seen = await mapInSlices([1, 2, 3], () => others);
  expect(seen).toEqual([0, 0, 0]);
});

it("rejects with what the work throws", async () => {
  const broken = (n: number) => {
    if (n === 2) throw new Error("two");
    return n;
  };
  await expect(mapInSlices([1, 2, 3], broken)).rejects.toThrow("two");
});
