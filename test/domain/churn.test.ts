import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  faded,
  fadedSpan,
  HALF_LIFE_DAYS,
  occurredAgain,
  type Occurrences,
  withOccurrences,
} from "../../src/domain/churn.ts";

const DAY = 86_400_000;
/** Moments on the watch, at least a minute apart, the first after some time of watching. */
const moments = fc
  .array(fc.integer({ min: 60_000, max: 4 * DAY }), { minLength: 1, maxLength: 60 })
  .map((gaps) => gaps.reduce<number[]>((all, gap) => [...all, (all.at(-1) ?? 0) + gap], []));

function counted(at: readonly number[]): Occurrences | undefined {
  return at.reduce<Occurrences | undefined>((known, now) => occurredAgain(known, now, now), undefined);
}

describe("what happened on a host", () => {
  it("is never counted more often than there were days", () => {
    fc.assert(
      fc.property(moments, fc.nat(30 * DAY), (at, later) => {
        const last = at.at(-1) ?? 0;
        const hits = faded(counted(at)?.days ?? 0, later);
        expect(hits).toBeLessThanOrEqual(fadedSpan(last + later, 0));
      }),
    );
  });

  it("is one hit a day, however often it happened and however often somebody looked", () => {
    const daily = (times: number) => Array.from({ length: 9 * times + 1 }, (_, i) => DAY + (i * DAY) / times);
    const [once, often] = [counted(daily(1))?.days ?? 0, counted(daily(24))?.days ?? 0];
    expect(Math.abs(often - once)).toBeLessThan(0.3);
  });

  it(`counts half after ${HALF_LIFE_DAYS} days of watching`, () => {
    expect(faded(1, HALF_LIFE_DAYS * DAY)).toBeCloseTo(0.5, 12);
    expect(fadedSpan(1000 * DAY, 0)).toBeCloseTo(HALF_LIFE_DAYS / Math.LN2, 6);
  });

  it("is remembered of a bounded number of things; the rarest and the faded go first", () => {
    const names = Array.from({ length: 100 }, (_, i) => `port-opened registered s${i}`);
    const all = names.reduce<ReadonlyMap<string, Occurrences>>(
      (churn, name, i) => withOccurrences(churn, new Set([name]), { at: (i + 1) * DAY, life: (i + 1) * DAY }),
      new Map(),
    );
    expect(all.size).toBe(32);
    expect([...all.keys()]).toContain(names.at(-1));
    expect([...all.keys()]).not.toContain(names[0]);
    const later = withOccurrences(all, new Set(["hostkey-changed"]), { at: 400 * DAY, life: 400 * DAY });
    expect([...later.keys()]).toEqual(["hostkey-changed"]);
  });
});
