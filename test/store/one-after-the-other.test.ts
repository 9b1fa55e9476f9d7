import { describe, expect, it } from "vitest";
import { oneAfterTheOther } from "../../src/store/one-after-the-other.ts";
import { newStore } from "./support/temp-store.ts";

describe("works that must not overlap", () => {
  it("begin in the order in which they came, each after the end of the one before it", async () => {
    const exclusively = oneAfterTheOther();
    const told: string[] = [];
    const gates = ["a", "b", "c"].map(() => Promise.withResolvers<void>());
    const works = ["a", "b", "c"].map((name, i) =>
      exclusively(async () => {
        told.push(`${name} begins`);
        await gates[i]?.promise;
        told.push(`${name} ends`);
        return name;
      }),
    );
    for (const gate of gates.toReversed()) gate.resolve();
    expect(await Promise.all(works)).toEqual(["a", "b", "c"]);
    expect(told).toEqual(["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]);
  });

  it.each<[string, () => Promise<never>]>([
    ["rejects", () => Promise.reject(new Error("broken"))],
    [
      "throws at once",
      () => {
        throw new Error("broken");
      },
    ],
  ])("go on after one that %s, which fails alone", async (_, fails) => {
    const exclusively = oneAfterTheOther();
    const [first, second] = [exclusively(fails), exclusively(async () => "done")];
    await expect(first).rejects.toThrow("broken");
    expect(await second).toBe("done");
  });

  it("of two stores do not wait for each other", async () => {
    const [one, other] = [newStore(), newStore()];
    const gate = Promise.withResolvers<void>();
    const waiting = one.cycles.exclusively(() => gate.promise);
    expect(await other.cycles.exclusively(async () => "at once")).toBe("at once");
    gate.resolve();
    await waiting;
  });
});
