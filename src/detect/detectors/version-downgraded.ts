import type { CycleView } from "../../domain/cycle.ts";
import type { Deviation } from "../../domain/deviation.ts";
import type { Detector } from "../detector.ts";
import { versionChanges } from "../compare/version-change.ts";

/** The same product in an older version: a rollback, or a vulnerability that is open again. */
export const versionDowngraded: Detector = { id: "version-downgraded", version: "1.0.0", detect };

function detect(view: CycleView): readonly Deviation[] {
  return versionChanges(view, versionDowngraded, { direction: "back", reasons: ["downgrade"] });
}
