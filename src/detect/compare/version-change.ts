import type { CycleView } from "../../domain/cycle.ts";
import type { Deviation, ReasonCode } from "../../domain/deviation.ts";
import { aboutField, comparedPorts, portChange } from "./compared-ports.ts";
import type { ComparedPort } from "./compared-ports.ts";
import { deviation } from "../detector.ts";
import type { Detector } from "../detector.ts";
import { leaf } from "./port-facts.ts";
import { sameSoftware } from "../detectors/service-changed.ts";
import { compareVersions } from "../../domain/fields/version-order.ts";

export type Direction = "forward" | "back";

/** Version changes in one direction; two versions that cannot be ordered count as forward. */
export function versionChanges(
  view: CycleView,
  detector: Pick<Detector, "id" | "version">,
  wanted: { readonly direction: Direction; readonly reasons: readonly ReasonCode[] },
): readonly Deviation[] {
  return comparedPorts(view).flatMap((compared) => {
    const change = sameProduct(compared) && sameSoftware(view, compared) ? portChange(view, compared, "version") : null;
    if (change === null || directionOf(change.from, change.to) !== wanted.direction) return [];
    const product = compared.values.get("product");
    const found = {
      ...aboutField(view, compared, change),
      target: change.to,
      from: change.from,
      to: change.to,
      before: { ...leaf("product", product), version: change.from },
      after: { ...leaf("service", compared.values.get("service")), ...leaf("product", product), version: change.to },
      reasons: wanted.reasons,
    };
    return [deviation(detector, found)];
  });
}

function directionOf(from: string, to: string): Direction {
  return (compareVersions(to, from) ?? 1) < 0 ? "back" : "forward";
}

/** A version means something only beside its product: one that is named today and was not then is not a comparison. */
function sameProduct(compared: ComparedPort): boolean {
  return compared.memory.fields.get("product")?.value === compared.values.get("product");
}
