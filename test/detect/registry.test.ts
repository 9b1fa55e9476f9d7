import { describe, expect, it } from "vitest";
import { DETECTORS } from "../../src/detect/registry.ts";
import { ANOMALY_KINDS, CATALOGUE } from "../../src/domain/kinds/catalogue.ts";

describe("the list of detectors", () => {
  it("has exactly one detector for every kind that neither folding nor grouping nor declarations make", () => {
    const own = ANOMALY_KINDS.filter((kind) => CATALOGUE[kind].madeBy === "detector");
    expect(DETECTORS.map((d) => d.id).toSorted()).toEqual(own.toSorted());
  });
});
