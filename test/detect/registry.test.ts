import { describe, expect, it } from "vitest";
import { DETECTORS } from "../../src/detect/registry.ts";
import { ANOMALY_KINDS, type AnomalyKind, DECLARED_KINDS } from "../../src/domain/kinds.ts";

describe("the list of detectors", () => {
  it("has exactly one detector for every kind that neither folding nor grouping nor declarations make", () => {
    const made = new Set<AnomalyKind>(["ports-opened", "rollout", ...DECLARED_KINDS]);
    const own = ANOMALY_KINDS.filter((kind) => !made.has(kind));
    expect(DETECTORS.map((d) => d.id).toSorted()).toEqual(own.toSorted());
  });
});
