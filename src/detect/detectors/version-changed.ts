import type { CycleView } from "../../domain/cycle.ts";
import type { Deviation } from "../../domain/deviation.ts";
import type { Detector } from "../detector.ts";
import { versionChanges } from "../compare/version-change.ts";

/** The same product in another, usually newer version. */
export const versionChanged: Detector = { id: "version-changed", version: "1.0.0", detect };

function detect(view: CycleView): readonly Deviation[] {
  return versionChanges(view, versionChanged, { direction: "forward", reasons: [] });
}
