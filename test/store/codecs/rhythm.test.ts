import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Rhythm } from "../../../src/domain/rhythm.ts";
import { packRhythm, unpackRhythm } from "../../../src/store/codecs/rhythm.ts";

const share = fc.record({ asked: fc.nat(200), up: fc.nat(200) });
const rhythms: fc.Arbitrary<Rhythm> = fc.record(
  { "working-day": share, night: share, weekend: share },
  { requiredKeys: [] },
);

describe("a rhythm as text", () => {
  it("comes back as it was", () => {
    fc.assert(
      fc.property(rhythms, (rhythm) => {
        expect(unpackRhythm(packRhythm(rhythm))).toEqual({ rhythm });
      }),
    );
  });

  it("is absent in a state of an older version", () => {
    expect(packRhythm(undefined)).toBeNull();
    expect(unpackRhythm(null)).toEqual({});
  });

  it.each(["", "1,2", "1,2 3,4", "a,b - -", "1 2 3", "1,2 - 9999999,1"])("%j is none", (text) => {
    expect(() => unpackRhythm(text)).toThrow("is not a rhythm");
  });
});
