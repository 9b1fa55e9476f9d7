import type { AnomalyGroup } from "../../domain/anomaly.ts";
import type { Deviation } from "../../domain/deviation.ts";
import { stableId } from "../../lib/hash.ts";

/** What becomes (or already is) one anomaly: one deviation, or a group that stands for several of them. */
export interface Candidate {
  readonly id: string;
  readonly deviation: Deviation;
  readonly group: AnomalyGroup | null;
  /** The deviations of this cycle behind it; for a single one just itself. */
  readonly members: readonly Deviation[];
  /** Of {@link members}, those that are new in it. */
  readonly joined: readonly Deviation[];
  /** Ids of anomalies that it takes the place of, besides those of its members. */
  readonly replaces: readonly string[];
  /** The group says more than any of its members, so it is weighed as well. */
  readonly telling: boolean;
}

/** `tripline.anomaly.id`: never made from anything that can change while the anomaly lives. */
export function anomalyId(segment: string, { host, kind, subject, target }: Deviation): string {
  return stableId(segment, host?.id ?? "", kind, subject, target);
}

export function single(segment: string, deviation: Deviation): Candidate {
  const members = [deviation];
  return {
    id: anomalyId(segment, deviation),
    deviation,
    group: null,
    members,
    joined: members,
    replaces: [],
    telling: false,
  };
}
