import { describe, expect, it } from "vitest";
import { DETECTORS } from "../../src/detect/registry.ts";
import { ANOMALY_KINDS, DECLARED_KINDS } from "../../src/domain/kinds.ts";

describe("the list of detectors", () => {
  it("has exactly one detector for every kind that neither grouping nor declarations make", () => {
    const own = ANOMALY_KINDS.filter((kind) => kind !== "rollout" && !DECLARED_KINDS.has(kind));
    expect(DETECTORS.map((d) => d.id).toSorted()).toEqual(own.toSorted());
  });
});
