import type { CycleView } from "../domain/cycle.ts";
import type { Deviation } from "../domain/deviation.ts";
import { type AnomalyKind, CATALOGUE } from "../domain/kinds/catalogue.ts";

/** One kind of deviation. `version` rises with the meaning of its result: it is part of every event's identity. */
export interface Detector {
  readonly id: AnomalyKind;
  readonly version: string;
  readonly detect: (view: CycleView) => readonly Deviation[];
}

type Required =
  | "host"
  | "subject"
  | "target"
  | "from"
  | "to"
  | "before"
  | "after"
  | "mature"
  | "confirmed"
  | "observedAt"
  | "history";
type Optional = "port" | "evidence" | "reasons" | "informational" | "closedSegment" | "role" | "fresh";

/** What a detector found; the rest of a deviation has one usual value. */
export type Found = Pick<Deviation, Required> & Partial<Pick<Deviation, Optional>>;

export function deviation(detector: Pick<Detector, "id" | "version">, found: Found): Deviation {
  return {
    kind: detector.id,
    detector: { id: detector.id, version: detector.version },
    port: null,
    evidence: null,
    reasons: [],
    informational: CATALOGUE[detector.id].informational,
    closedSegment: false,
    declared: null,
    ...found,
  };
}
