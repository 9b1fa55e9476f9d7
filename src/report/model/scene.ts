import type { Explanation } from "./explanation.ts";
import type { CycleView } from "./scan.ts";

/** One scene of the demo, as it happens. */
export type SceneView =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "scan"; readonly title: string; readonly cycle: CycleView }
  | { readonly kind: "why"; readonly explanation: Explanation }
  | { readonly kind: "delivered"; readonly events: number; readonly alert: string };
